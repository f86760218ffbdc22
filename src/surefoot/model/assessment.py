"""`Assessment`: the numbers of one trial; `Change` and `Trend`: what became of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

from surefoot.model.recording import CUT_OFF, Issue
from surefoot.model.setup import Setup
from surefoot.model.trial import Event
from surefoot.units import unit_of

# The values that a recording which breaks off cuts short.
TIMES_HELD: Final = ("hold_time_s", "longest_hold_s")

Verdict = Literal["steadier", "less steady", "no real change", "cannot say"]
Standing = Literal["improving", "level", "slipping", "too early"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an assessment came from: enough to make it again and to know what it may be compared with.

    `settings` is the fingerprint: two assessments may be compared only where it is equal.
    """

    surefoot_version: str
    metrics_version: int
    source: str
    source_sha256: str
    part: str
    rate_hz: float
    duration_s: float
    steady_s: tuple[float, float]
    window_s: tuple[float, float]
    settings: Mapping[str, str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", MappingProxyType(dict(self.settings)))


@dataclass(frozen=True, slots=True)
class Assessment:
    """The numbers of one trial. Raises ValueError where a value is not finite."""

    setup: Setup
    protocol: str
    primary: str
    values: Mapping[str, float]
    issues: tuple[Issue, ...]
    events: tuple[Event, ...]
    provenance: Provenance

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        broken = [key for key, value in self.values.items() if not math.isfinite(value)]
        if broken:
            raise ValueError(f"values that are not finite: {broken}")

    @property
    def headline(self) -> str:
        """Key of the number to show first: the primary one, or how long a failed trial was held."""
        return next((key for key in (self.primary, "hold_time_s") if key in self.values), "")

    @property
    def is_cut_off(self) -> bool:
        """Whether technology ended the trial, a lost link or a phone that slept, before the person did."""
        return any(issue.code == CUT_OFF for issue in self.issues)

    @property
    def counts(self) -> bool:
        """Whether the trial counts: in trends, on the ladder, in means, ratios and sums.

        Practice does not, and neither does a trial that technology ended: it is no short hold.
        """
        return not (self.setup.practice or self.is_cut_off)

    def is_at_least(self, key: str) -> bool:
        """Whether a value is only known to be that large: the time held when the recording broke off."""
        return self.is_cut_off and key in TIMES_HELD

    @property
    def units(self) -> dict[str, str]:
        """The printed unit of each value."""
        return {key: unit_of(key) for key in self.values}


@dataclass(frozen=True, slots=True)
class DayHeld:
    """One day of one stance: the longest hold in seconds, touchdowns of all trials (None unless counted)."""

    day: date
    longest_s: float
    touchdowns: int | None
    trials: int


@dataclass(frozen=True, slots=True)
class Change:
    """One metric before and after, and whether the difference exceeds what repeating the test would show.

    `change_pct` is ``100 * (after / before - 1)``. `smallest_real_change_pct` is the rise that noise alone
    exceeds in one comparison of forty; the same factor holds downward (37 % up is 27 % down). `before_when`
    and `after_when` tell when the two trials were made.
    """

    metric: str
    before: float
    after: float
    change_pct: float
    smallest_real_change_pct: float
    smallest_real_change_source: str
    verdict: Verdict
    reason: str
    before_when: datetime | None = None
    after_when: datetime | None = None


@dataclass(frozen=True, slots=True)
class OtherLeg:
    """What the other leg did over the same sessions as a leg that has its verdict.

    `did` is ``less`` where this leg moved more than the other by more than noise, ``likewise`` where the
    other one moved the same way, and ``open`` where neither can be told. `ratio_before` and `ratio_lately`
    are this leg's value over that of `leg` in the two periods that the verdict names.
    """

    leg: Literal["left", "right"]
    did: Literal["less", "likewise", "open"]
    ratio_before: float
    ratio_lately: float


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric of one person under one set of settings, over time.

    `slope_per_week_pct` is the Theil–Sen slope of ln values as per cent a week, `interval` its 95 % one;
    both are None for fewer than five sessions; `trials` counts those of each session.

    The verdict compares two periods: `before` and `lately` are the first and the last session of each, by
    number from 0, None until the rule can speak; `baseline` is that same *before*. `change_pct` and its 95 %
    interval `change_interval_pct` are those of the value from one to the other, as they stand now. `band` is
    the range of values of *lately* within which nothing would be said, the *before* within its limits; it is
    None until the rule can speak, and for a metric that is only shown it is the range of the values.
    `smallest_real_change_pct` is the rise that the band's upper end stands for, or until then that between
    two sessions; None for a metric that is only shown. `running` is the mean of *lately* after each session
    since *before*; `sums` the cumulative sums in SD of what lies below and above it, which decide nothing.

    `standing` says where the trend stands now, beside the verdict: somebody steadier than at first may be
    level since. `withdrawn` is a verdict that was told and left as its values moved back. `practice` says
    that some of a gain may be practice, `scatter` that values scatter more than the rule was tried for.
    `sessions_wanted` are those still wanted before more can be said, None where none are or where even many
    would not do. A change of `detectable_pct` would be told by session `detectable_sessions` in four of
    five, with this person's noise and trials; None where it is more than the rule can promise.
    """

    metric: str
    setup: Setup
    dates: tuple[datetime, ...]
    values: tuple[float, ...]
    slope_per_week_pct: float | None
    interval: tuple[float, float] | None
    kendall_tau: float | None
    kendall_p: float | None
    smallest_real_change_pct: float | None
    smallest_real_change_source: str
    band: tuple[float, float] | None
    verdict: Verdict
    reason: str
    trials: tuple[int, ...] = ()
    baseline: tuple[int, int] | None = None
    running: tuple[float, ...] = ()
    sums: tuple[tuple[float, float], ...] = ()
    standing: Standing = "too early"
    before: tuple[int, int] | None = None
    lately: tuple[int, int] | None = None
    change_pct: float | None = None
    change_interval_pct: tuple[float, float] | None = None
    practice: bool = False
    sessions_wanted: int | None = None
    withdrawn: Verdict | None = None
    scatter: bool = False
    detectable_pct: float | None = None
    detectable_sessions: int | None = None
    other_leg: OtherLeg | None = None

    @property
    def smallest_drop_pct(self) -> float | None:
        """The drop that the band's lower end stands for, as `smallest_real_change_pct` does for a rise.

        Until there is a band the same factor holds both ways.
        """
        rise_pct = self.smallest_real_change_pct
        if rise_pct is None:
            return None
        if self.band is None:
            return 100 * (1 - 1 / (1 + rise_pct / 100))
        low, high = self.band
        return 100 * (1 - low / high * (1 + rise_pct / 100))
