"""Recordings of made people with known truth: for tests, the demo, and anyone without a phone at hand."""

from surefoot.simulate.board import board
from surefoot.simulate.course import SimulatedTrial, recovery
from surefoot.simulate.faults import FAULTS, Fault
from surefoot.simulate.performance import perform
from surefoot.simulate.sensor import MOUNTINGS, Imu
from surefoot.simulate.stance import Truth, stance
from surefoot.simulate.troubles import varied

__all__ = [
    "FAULTS",
    "MOUNTINGS",
    "Fault",
    "Imu",
    "SimulatedTrial",
    "Truth",
    "board",
    "perform",
    "recovery",
    "stance",
    "varied",
]
