"""Time in the zone, the run under way and the best run."""

from dataclasses import dataclass

from surefoot.live.feedback._tilt import GAP_S


@dataclass(frozen=True, slots=True)
class Score:
    """A round so far, in seconds of samples: all of it, in the zone, in the present run, in the longest run.

    Each sample stands for the time since the one before, so that evenly sampled time in the zone is the share
    of samples in it, as `board_in_zone_5_pct` and its like count it.
    """

    elapsed_s: float = 0.0
    inside_s: float = 0.0
    run_s: float = 0.0
    best_s: float = 0.0

    @property
    def in_zone_pct(self) -> float | None:
        """Share of the round in the zone; None before its first sample."""
        return 100 * self.inside_s / self.elapsed_s if self.elapsed_s else None


def count(score: Score, step_s: float, *, inside: bool) -> Score:
    """Return the score after a sample that came `step_s` after the one before."""
    if step_s > GAP_S:
        return Score(score.elapsed_s, score.inside_s, 0.0, score.best_s)
    run_s = score.run_s + step_s if inside else 0.0
    inside_s = score.inside_s + (step_s if inside else 0.0)
    return Score(score.elapsed_s + step_s, inside_s, run_s, max(score.best_s, run_s))
