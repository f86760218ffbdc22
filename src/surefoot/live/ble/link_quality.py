"""`LinkQuality`: how a sensor's packets came, and what to be careful about."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from surefoot.live.ble.clock import Method
from surefoot.model import Floats, Issue, Severity

RATE_OFF: Final = 0.03
MANY_SAME: Final = 0.20
MANY_DOUBTFUL: Final = 0.05
# Of the rate asked for: less is another rate, more the sensor's own inaccuracy; between, samples are lost.
LEAST_SHARE, MOST_SHARE = 0.7, 0.95


@dataclass(frozen=True, slots=True)
class LinkQuality:
    """How the packets came: what told the time, the rate, and what was lost.

    `rate_hz` is by the host's clock, `nominal_hz` what was asked for (0 where nothing was). `drift_ppm` is
    how much the host's clock outran the sensor's, None where the sensor has none or was heard for less than
    20 s. `zero_s` is the host's monotonic time of the recording's time zero, right within `uncertainty_s`: a
    sample period or the usual pause between deliveries, whichever is longer. `empty_packets` held no sample,
    `same_share` is the share of samples equal to the one before (0 without a gyroscope), `gaps_s` are the
    pauses between segments. `stray_packets` were left out, for their clock contradicts their arrival;
    `clock_restarts` counts how often the sensor's clock began anew within a link; `overlapping_samples` were
    left out, for they would lie before others, `uncovered_samples`, for no rotation came near them.
    `clock_factor` is how many times too fast the sensor's clock ran, 0 where it stood still.
    """

    method: Method
    rate_hz: float
    nominal_hz: float
    drift_ppm: float | None
    gaps_s: tuple[float, ...]
    packets: int
    empty_packets: int
    lost_samples: int
    repeated_packets: int
    same_share: float
    clipped_samples: int
    zero_s: float
    uncertainty_s: float
    stray_packets: int = 0
    clock_restarts: int = 0
    overlapping_samples: int = 0
    uncovered_samples: int = 0
    clock_factor: float = 1.0

    @property
    def doubtful_share(self) -> float:
        """The share of packets that came twice, or whose clock cannot be right."""
        return (self.repeated_packets + self.stray_packets) / max(self.packets, 1)


def issues_of(reception: LinkQuality) -> tuple[Issue, ...]:
    """Return what to be careful about in a recording that came so."""
    checks = (
        _lost_links,
        _clock_off,
        _restarts,
        _lost_samples,
        _left_out,
        _uncovered,
        _repeats,
        _clipping,
        _rate,
    )
    return tuple(issue for check in checks if (issue := check(reception)) is not None)


def usual_pause(arrival_s: Floats) -> float:
    """Return the pause in s between deliveries that three quarters of them keep; 0 with fewer than two."""
    pauses = sorted(b - a for a, b in pairwise(arrival_s.tolist()) if b > a)
    return float(pauses[3 * len(pauses) // 4]) if pauses else 0.0


def _lost_links(seen: LinkQuality) -> Issue | None:
    if not seen.gaps_s:
        return None
    pauses = ", ".join(f"{gap:.1f} s" for gap in seen.gaps_s)
    times = "once" if len(seen.gaps_s) == 1 else f"{len(seen.gaps_s)} times"
    do = "Stay near the computer, and repeat the trial if the gap was inside it."
    return Issue("link_lost", "warning", f"The connection to the sensor was lost {times} ({pauses}).", do)


def _clock_off(seen: LinkQuality) -> Issue | None:
    factor = seen.clock_factor
    if factor == 1:
        return None
    if factor == 0:
        what = "The sensor's clock stands still: the order of its samples told their times."
    elif seen.method == "device clock":
        fast = f"{factor:g} times too fast" if factor > 1 else f"{1 / factor:g} times too slow"
        what = f"The sensor's clock runs {fast} for the unit it is said to count in: it was taken so."
    else:
        what = f"The sensor's clock runs at {factor:.2g} times the speed of this computer's: it was not used."
    return Issue("clock_off", "warning", what, "Correct the time that the sensor sends, or leave it out.")


def _restarts(seen: LinkQuality) -> Issue | None:
    if not seen.clock_restarts:
        return None
    times = "once" if seen.clock_restarts == 1 else f"{seen.clock_restarts} times"
    what = f"The sensor's clock began anew {times}: what followed was placed by when it arrived."
    return Issue("clock_restarted", "warning", what, "Charge the sensor, and repeat the trial if in doubt.")


def _left_out(seen: LinkQuality) -> Issue | None:
    if not seen.stray_packets and not seen.overlapping_samples:
        return None
    packets = f"{seen.stray_packets} packets whose clock cannot be right"
    samples = f"{seen.overlapping_samples} samples that would lie before others"
    counts = (seen.stray_packets, seen.overlapping_samples)
    told = " and ".join(text for count, text in zip(counts, (packets, samples), strict=True) if count)
    return Issue("packets_left_out", "warning", f"{told} were left out.", "Move the sensor closer.")


def _uncovered(seen: LinkQuality) -> Issue | None:
    if not seen.uncovered_samples:
        return None
    # Two streams never begin at the same moment.
    severity: Severity = "warning" if seen.uncovered_samples > seen.rate_hz else "info"
    what = f"{seen.uncovered_samples} samples were left out, for no rotation came near them."
    return Issue("rows_dropped", severity, what)


def _lost_samples(seen: LinkQuality) -> Issue | None:
    if not seen.lost_samples:
        return None
    what = f"{seen.lost_samples} samples are missing: they never arrived."
    return Issue("samples_lost", "warning", what, "Move closer, or choose a lower rate.")


def _repeats(seen: LinkQuality) -> Issue | None:
    if seen.same_share > MANY_SAME:
        what = (
            f"{seen.same_share:.0%} of the samples repeat the one before: it sends faster than it measures."
        )
        return Issue("samples_repeated", "warning", what, "Choose a lower rate.")
    if not seen.repeated_packets:
        return None
    what = f"{seen.repeated_packets} packets arrived twice and were taken once."
    if seen.doubtful_share <= MANY_DOUBTFUL:
        return Issue("packets_repeated", "info", what)
    return Issue(
        "packets_repeated",
        "warning",
        what,
        "Restart the sensor, and look at it with `surefoot doctor --ble`.",
    )


def _clipping(seen: LinkQuality) -> Issue | None:
    if not seen.clipped_samples:
        return None
    what = f"{seen.clipped_samples} samples are at the end of the sensor's range."
    return Issue("clipped", "warning", what, "Fasten the sensor better, or choose a larger range.")


def _rate(seen: LinkQuality) -> Issue | None:
    if not seen.nominal_hz or abs(seen.rate_hz / seen.nominal_hz - 1) <= RATE_OFF:
        return None
    if seen.method == "sample order" and LEAST_SHARE <= seen.rate_hz / seen.nominal_hz <= MOST_SHARE:
        what = (
            f"Only {seen.rate_hz:.1f} of {seen.nominal_hz:.0f} samples a second came, and the sensor has no "
            "clock that tells where some are missing: path, jerk and spectra are left out."
        )
        return Issue("samples_missing", "warning", what, "Move the sensor closer, or choose a lower rate.")
    what = f"The sensor delivered {seen.rate_hz:.1f} of {seen.nominal_hz:.0f} Hz."
    return Issue("rate_off", "warning", what, "The measured rate was used; move closer if it is lower.")
