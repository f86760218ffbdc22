"""Recordings of made people with known truth: for tests, the demo, and anyone without a phone at hand."""

from surefoot.simulate.board import board
from surefoot.simulate.body import MOUNTINGS, Imu, Truth
from surefoot.simulate.follow_up import SimulatedTrial, recovery
from surefoot.simulate.performance import perform
from surefoot.simulate.stance import stance

__all__ = [
    "MOUNTINGS",
    "Imu",
    "SimulatedTrial",
    "Truth",
    "board",
    "perform",
    "recovery",
    "stance",
]
