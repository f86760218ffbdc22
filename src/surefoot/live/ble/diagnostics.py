"""What a sensor that lies still tells about itself: scale, rate, gaps, repeats, range, resolution, packets.

The best defence against a wrong scale factor in a description.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from surefoot import dsp
from surefoot.live.ble.assembly import assemble
from surefoot.live.ble.device import Device
from surefoot.live.ble.link_quality import MANY_DOUBTFUL, RATE_OFF, LinkQuality
from surefoot.live.log import Packet
from surefoot.model import Recording
from surefoot.preparation import quality
from surefoot.sources.inference.sensors import rotation_unit
from surefoot.units import STANDARD_GRAVITY_MPS2

G: Final = STANDARD_GRAVITY_MPS2
NORM_OFF: Final = 0.05
STILL_RADPS: Final = float(np.radians(5.0))
# Sway of the trunk is 0.05 to 0.5 m/s2; a coarser step than this hides it.
COARSE_MPS2: Final = 0.03
TOO_SLOW_HZ, SLOW_HZ = 18.0, 40.0
LOST_SHARE: Final = 0.01
# Somebody who stands as still as can be moves a sensor by twice as much and more; on a table it is its noise.
WORN_MPS2: Final = 0.015
WORN_DEGPS: Final = 0.3
TURNED_DEG, ENDS_S = 45.0, 0.5
# By what the scale is off where somebody took one unit for another.
MISTAKES: Final = {
    G: "it is in m/s², but described as g",
    1 / G: "it is in g, but described as m/s²",
    1000.0: "it is in mg, but described as g",
    1000.0 / G: "it is in mg, but described as m/s²",
    2.0: "the range is half of what was described",
    0.5: "the range is double what was described",
    4.0: "the range is a quarter of what was described",
    0.25: "the range is four times what was described",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was measured, whether it is as it should be, and what to do where it is not."""

    what: str
    fine: bool
    found: str
    do: str = ""


def check_up(device: Device, packets: Sequence[Packet], *, nominal_hz: float = 0.0) -> tuple[Check, ...]:
    """Return what `packets` of a sensor at rest tell. Raises what `assemble` raises."""
    recording, seen = assemble(device, packets, nominal_hz=nominal_hz)
    sizes = [len(packet.data) for packet in packets]
    checks = [
        _at_rest(recording),
        _norm(recording),
        _rate(seen),
        _clock(seen),
        _lost(seen, recording),
        _repeats(seen),
        _clipping(seen),
    ]
    checks += [_resolution(recording), _rotation(recording), _size(device, sizes)]
    return tuple(checks)


def check_turn(device: Device, packets: Sequence[Packet]) -> Check:
    """Return in which unit rotation comes, from `packets` of a sensor that was turned by a quarter.

    Raises what `assemble` raises.
    """
    recording, _ = assemble(replace(device, tells_gyr_unit=True), packets)
    acc, time_s, gyr = recording.acc_mps2, recording.time_s, recording.gyr_radps
    if gyr is None:
        return Check("quarter turn", fine=True, found="no gyroscope")
    at_ends = (time_s < time_s[0] + ENDS_S, time_s > time_s[-1] - ENDS_S)
    before, after = (dsp.unit_vector(acc[end].mean(axis=0)) for end in at_ends)
    turned_deg = float(np.degrees(np.arccos(np.clip(before @ after, -1, 1))))
    if turned_deg < TURNED_DEG:
        do = "Lay it on another of its sides, within the time."
        return Check("quarter turn", fine=False, found=f"it was turned by {turned_deg:.0f}° only", do=do)
    unit = rotation_unit(time_s, acc, np.degrees(gyr))
    do = {
        "": "Its axes or scale are not those of the acceleration: correct what it sends, or its description.",
        "rad/s": "Multiply it by 57.3 in what the sensor runs, or describe it with --describe.",
    }.get(unit, "Correct what the sensor sends, or its description.")
    told = {"": "rotation does not follow gravity", "deg/s": "rotation comes in °/s"}
    return Check("quarter turn", unit == "deg/s", told.get(unit, f"rotation comes in {unit}, not in °/s"), do)


def guess_mistake(norm_mps2: float) -> str:
    """Return what could make gravity read `norm_mps2`, an empty text where nothing known does.

    >>> guess_mistake(96.2), guess_mistake(9.81 / 9.80665), guess_mistake(13.0)
    ('it is in m/s², but described as g', 'it is in g, but described as m/s²', '')
    """
    ratio = norm_mps2 / G
    return next((text for factor, text in MISTAKES.items() if abs(ratio / factor - 1) < NORM_OFF), "")


def _at_rest(recording: Recording) -> Check:
    """Tell the noise of a sensor that lies; what somebody wears is never so still."""
    rate_hz = min(100.0, dsp.sampling_rate(recording.time_s))
    _, acc = dsp.resample(recording.time_s, recording.acc_mps2, rate_hz)
    noise = float(quality.measure_noise(acc, rate_hz).max())
    found, turning = f"{noise:.4f} m/s² of noise below 3.5 Hz", 0.0
    if recording.gyr_radps is not None:
        _, gyr = dsp.resample(recording.time_s, recording.gyr_radps, rate_hz)
        turning = float(np.degrees(quality.measure_noise(gyr, rate_hz).max()))
        found += f", {turning:.2f} °/s"
    limit = max(WORN_MPS2, dsp.resolution_step(recording.acc_mps2) / 2)
    do = "Somebody wears or holds it, or its table shakes: lay it on a table, and measure again."
    return Check("lies still", noise <= limit and turning <= WORN_DEGPS, found, do)


def _clock(seen: LinkQuality) -> Check:
    factor = seen.clock_factor
    found = (
        "agrees with the arrivals" if seen.method == "device clock" else "none; the order of samples tells"
    )
    found = "it counts, and the packets tell no more" if seen.method == "counter" else found
    if factor != 1:
        found = f"{factor:.3g} times the speed of this computer's" if factor else "it stands still"
    return Check("clock", factor == 1, found, "Correct the time that the sensor sends, or leave it out.")


def _norm(recording: Recording) -> Check:
    norm = float(np.median(np.linalg.norm(recording.acc_mps2, axis=1)))
    found = f"{norm:.3g} m/s² ({norm / G:.3f} g)"
    guess = guess_mistake(norm)
    do = f"Correct the scale: {guess}." if guess else "Lay it still; correct the scale or calibrate it."
    return Check("gravity at rest", abs(norm / G - 1) <= NORM_OFF, found, do)


def _rate(seen: LinkQuality) -> Check:
    asked = f" of {seen.nominal_hz:.0f}" if seen.nominal_hz else ""
    drift = "" if seen.drift_ppm is None else f", drift {seen.drift_ppm:+.0f} ppm"
    found = f"{seen.rate_hz:.1f}{asked} Hz by the {seen.method}{drift}"
    near = not seen.nominal_hz or abs(seen.rate_hz / seen.nominal_hz - 1) <= RATE_OFF
    do = "Move closer, or correct rate_hz in the description."
    if seen.rate_hz < SLOW_HZ:
        do = "Below 18 Hz nothing can be measured, below 40 Hz only amplitude: choose a higher rate."
    return Check("rate", near and seen.rate_hz >= SLOW_HZ, found, do)


def _lost(seen: LinkQuality, recording: Recording) -> Check:
    share = seen.lost_samples / (seen.lost_samples + recording.time_s.size)
    seeable = (
        "" if seen.method != "sample order" else "; single losses cannot be seen without clock or counter"
    )
    found = f"{seen.lost_samples} samples ({share:.1%}), {len(seen.gaps_s)} interruptions{seeable}"
    return Check(
        "missing", share <= LOST_SHARE and not seen.gaps_s, found, "Move closer, or choose a lower rate."
    )


def _repeats(seen: LinkQuality) -> Check:
    found = f"{seen.repeated_packets} packets, {seen.same_share:.0%} of the samples like the one before"
    found += f"; {seen.stray_packets} with a time that cannot be right" if seen.stray_packets else ""
    do = "The sensor sends faster than it measures: choose a lower rate."
    if seen.doubtful_share > MANY_DOUBTFUL:
        do = "Packets come twice, or their times are wrong: restart it, and look at the times that it sends."
    return Check("repeated", seen.same_share <= 0.2 and seen.doubtful_share <= MANY_DOUBTFUL, found, do)


def _clipping(seen: LinkQuality) -> Check:
    found = f"{seen.clipped_samples} samples"
    return Check("at the end of the range", not seen.clipped_samples, found, "Choose a larger range.")


def _resolution(recording: Recording) -> Check:
    step = dsp.resolution_step(recording.acc_mps2)
    found = f"{step:.2g} m/s² ({1000 * step / G:.2g} mg)"
    return Check("smallest step", step <= COARSE_MPS2, found, "Choose a smaller range.")


def _rotation(recording: Recording) -> Check:
    if recording.gyr_radps is None:
        return Check("gyroscope", fine=True, found="none: numbers that need one are left out")
    turn = float(np.linalg.norm(recording.gyr_radps.mean(axis=0)))
    found = f"{np.degrees(turn):.2f} °/s at rest"
    return Check("gyroscope", turn <= STILL_RADPS, found, "Lay it still; correct the scale or calibrate it.")


def _size(device: Device, sizes: Sequence[int]) -> Check:
    largest = max(sizes)
    found = f"{largest} bytes; {device.packet_bytes} needed"
    return Check("largest packet", largest >= device.packet_bytes, found, "Use another Bluetooth adapter.")
