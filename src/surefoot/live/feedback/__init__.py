"""Live feedback on a board as a pure state machine: samples and words in, tilt and time in the zone out.

::

    level ─ (still for a second) → ready → lead → running → done
      ↑                              ↑_______________________│  start
      └── level ─────────────────────┘

`follow` moves a `Feedback` on by samples, `start`, `stop` and `take_level` are what a person asks for. Time
is the samples' own; nothing here is analysed later, the recording goes through the pipe as any other does.
"""

from dataclasses import dataclass, field, replace
from typing import Final, Literal

from surefoot.errors import SetupError
from surefoot.live.feedback._score import Score, count
from surefoot.live.feedback._tilt import (
    GAP_S,
    STILL_S,
    Level,
    Sample,
    Stillness,
    follow_up,
    rest,
    take,
    tilt_of,
)
from surefoot.model import Floats, SensorAxes

__all__ = [
    "GAP_S",
    "STILL_S",
    "Feedback",
    "Goal",
    "Level",
    "Phase",
    "Samples",
    "Score",
    "follow",
    "start",
    "stop",
    "take_level",
]

Phase = Literal["level", "ready", "lead", "running", "done"]
ZONES_DEG: Final = (1.0, 20.0)
LENGTHS_S: Final = (5.0, 300.0)
LEADS_S: Final = (0.0, 60.0)
_UP: Final = (0.0, 0.0, 1.0)
_ROUNDING_S: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Some samples in order: `time_s` (n,), `acc_mps2` (n, 3) specific force, `gyr_radps` (n, 3) or None.

    Rotation that came alone has a force that is not finite.
    """

    time_s: Floats
    acc_mps2: Floats
    gyr_radps: Floats | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What a round asks for: a zone of `zone_deg` about level, for `length_s`, after `lead_s` to get ready.

    Raises SetupError for what cannot be meant.
    """

    zone_deg: float = 5.0
    length_s: float = 30.0
    lead_s: float = 10.0

    def __post_init__(self) -> None:
        for name, (low, high) in (("zone_deg", ZONES_DEG), ("length_s", LENGTHS_S), ("lead_s", LEADS_S)):
            if not low <= getattr(self, name) <= high:
                raise SetupError(
                    "This round on the board cannot be meant.",
                    found=f"{name} {getattr(self, name)}",
                    expected=f"{low:g} to {high:g}",
                    do="Choose in the form on the page.",
                )


@dataclass(frozen=True, slots=True)
class Feedback:
    """Where a board leans now and how a round goes.

    `since_s` is the sample time at which the phase began, `now_s` that of the latest sample (None before the
    first). `level` is what the board read in its first still second, None until then; `steep` says that the
    sensor was still, but lay more than 20° off flat. `up` is the estimated upward direction in the sensor.
    """

    axes: SensorAxes = field(default_factory=SensorAxes)
    goal: Goal = field(default_factory=Goal)
    phase: Phase = "level"
    since_s: float = 0.0
    now_s: float | None = None
    still: Stillness | None = None
    level: Level | None = None
    steep: bool = False
    up: tuple[float, float, float] = _UP
    score: Score = field(default_factory=Score)

    @property
    def tilt_deg(self) -> tuple[float, float]:
        """Tilt from level in degrees: forward and right positive; zero until the level was taken."""
        return (0.0, 0.0) if self.level is None else tilt_of(self.up, self.level)

    @property
    def is_inside(self) -> bool:
        """Whether the board is in the zone, its edge included."""
        ap_deg, ml_deg = self.tilt_deg
        return ap_deg**2 + ml_deg**2 <= self.goal.zone_deg**2

    @property
    def left_s(self) -> float:
        """What is left of getting ready or of the round, in s; 0 in every other phase."""
        if self.phase == "lead":
            return max(self.goal.lead_s - ((self.now_s or 0.0) - self.since_s), 0.0)
        return max(self.goal.length_s - self.score.elapsed_s, 0.0) if self.phase == "running" else 0.0


def follow(feedback: Feedback, samples: Samples) -> Feedback:
    """Return the feedback after `samples`; one that is not later than the last, or not finite, is left out.

    After a pause of more than 0.25 s the tilt is taken anew from gravity; the pause counts neither as time in
    the zone nor as time of the round, and it ends the run.
    """
    acc = samples.acc_mps2.tolist()
    gyr = [None] * len(acc) if samples.gyr_radps is None else samples.gyr_radps.tolist()
    for time_s, force, rotation in zip(samples.time_s.tolist(), acc, gyr, strict=True):
        feedback = _step(feedback, Sample(time_s, force, rotation))
    return feedback


def start(feedback: Feedback, goal: Goal) -> Feedback:
    """Begin a round where the level is known and none is under way; else nothing changes."""
    if feedback.phase not in ("ready", "done"):
        return feedback
    return replace(feedback, goal=goal, phase="lead", since_s=feedback.now_s or 0.0, score=Score())


def stop(feedback: Feedback) -> Feedback:
    """End the round, or the time to get ready for it."""
    if feedback.phase not in ("lead", "running"):
        return feedback
    phase: Phase = "done" if feedback.phase == "running" else "ready"
    return replace(feedback, phase=phase, since_s=feedback.now_s or 0.0)


def take_level(feedback: Feedback) -> Feedback:
    """Forget the level, so that the next still second gives a new one; a round is not disturbed."""
    if feedback.phase not in ("ready", "done"):
        return feedback
    return Feedback(feedback.axes, feedback.goal, now_s=feedback.now_s)


def _step(feedback: Feedback, sample: Sample) -> Feedback:
    before_s = feedback.now_s
    if not sample.is_sound or (before_s is not None and sample.time_s <= before_s):
        return feedback
    step_s = 0.0 if before_s is None else sample.time_s - before_s
    moved = replace(feedback, now_s=sample.time_s)
    if moved.level is None:
        return _rest(moved, sample, step_s)
    moved = replace(moved, up=follow_up(moved.up, sample, step_s, moved.level))
    if moved.phase == "running":
        return _count(moved, step_s)
    if moved.phase == "lead" and not moved.left_s:
        return replace(moved, phase="running", since_s=sample.time_s)
    return moved


def _rest(feedback: Feedback, sample: Sample, step_s: float) -> Feedback:
    """Wait for a second without movement, and take the level from it."""
    still = rest(feedback.still, sample, step_s)
    if still is None or still.length_s < STILL_S - _ROUNDING_S:
        return replace(feedback, still=still)
    level = take(still, feedback.axes)
    if level is None:
        return replace(feedback, still=None, steep=True)
    return replace(
        feedback,
        still=None,
        steep=False,
        level=level,
        up=level.up,
        phase="ready",
        since_s=sample.time_s,
    )


def _count(feedback: Feedback, step_s: float) -> Feedback:
    score = count(feedback.score, step_s, inside=feedback.is_inside)
    over = score.elapsed_s >= feedback.goal.length_s - _ROUNDING_S
    phase: Phase = "done" if over else "running"
    since_s = (feedback.now_s or 0.0) if over else feedback.since_s
    return replace(feedback, score=score, phase=phase, since_s=since_s)
