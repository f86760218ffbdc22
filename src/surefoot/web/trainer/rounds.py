"""What a round on the board becomes: a practice trial in the diary, a line in the training log, a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from surefoot import words
from surefoot.errors import SetupError
from surefoot.live.feedback import Feedback, Goal
from surefoot.model import Setup
from surefoot.training import LogEntry
from surefoot.web.errors import report
from surefoot.web.forms import setup_from_words
from surefoot.web.results import describe_result
from surefoot.web.trainer.feeds import RoundRecording
from surefoot.words.home_language import home_language

if TYPE_CHECKING:
    from surefoot.diary import Diary
    from surefoot.settings import Settings

EXERCISE: Final = "balance drills"
NOTE: Final = "board trainer, with feedback"
SHORTEST_LOGGED_S: Final = 10.0
GOALS: Final = {"zone_deg": 5.0, "length_s": 30.0, "lead_s": 10.0}
CONDITIONS: Final = ("person", "leg", "footwear")
LONGEST_NAME: Final = 60


def read_round(words: Any) -> tuple[Goal, Setup]:
    """Return goal and conditions of a round in the JSON `words` of the page. Raises SetupError.

    A round with feedback is practice: it is never mixed with tests without it.
    """
    told: Mapping[str, Any] = words if isinstance(words, dict) else {}
    numbers = {name: told.get(name, usual) for name, usual in GOALS.items()}
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in numbers.values()):
        raise SetupError(
            "This round on the board cannot be meant.",
            found=", ".join(f"{name} {value!r}" for name, value in numbers.items())[:200],
            expected="numbers of degrees and seconds",
            do="Choose in the form on the page.",
        )
    given = {name: told[name] for name in CONDITIONS if isinstance(told.get(name), str)}
    setup = setup_from_words({**given, "placement": "board", "note": NOTE})
    name = str(told.get("board", "")).strip()[:LONGEST_NAME]
    return Goal(**numbers), replace(setup, board=name, practice=True)


def keep_round(
    recording: RoundRecording, ended: Feedback, setup: Setup, diary: Diary, settings: Settings, now: datetime
) -> dict[str, Any]:
    """Keep and log a round that ended at `now`; return its result for the page.

    What stops either is part of the result, and stops the other in no case.
    """
    rows = describe_round(ended)
    result: dict[str, Any] = {
        "title": words.describe_setup(setup),
        "person": setup.person,
        "rows": rows,
    }
    try:
        if ended.score.elapsed_s >= SHORTEST_LOGGED_S:
            diary.add_log(_log_entry(rows, setup.person, now))
            result["logged"] = EXERCISE
    except Exception as error:  # noqa: BLE001 (the samples must be kept, whatever stops the log)
        result["not_logged"] = report(error).to_dict()
    try:
        kept = recording.keep(diary, settings)
        return {**result, "trial": kept.trial, "analysis": describe_result(kept.assessment, home_language())}
    except Exception as error:  # noqa: BLE001 (whatever it is, the page must say something)
        return {**result, "error": report(error).to_dict()}


def _log_entry(rows: list[tuple[str, str]], person: str, now: datetime) -> LogEntry:
    note = "; ".join(f"{name.lower()} {value}" for name, value in rows)
    return LogEntry(person, EXERCISE, now, sets=1, note=f"wobble board: {note}")


def describe_round(ended: Feedback) -> list[tuple[str, str]]:
    """Return the round as it was felt: length, zone, time in it and the best run."""
    score = ended.score
    pct = score.in_zone_pct
    return [
        ("Length of the round", f"{score.elapsed_s:.1f} s"),
        ("Zone", f"{ended.goal.zone_deg:g}° about level"),
        ("Time in the zone", "none" if pct is None else f"{pct:.0f} %"),
        ("Best run in the zone", f"{score.best_s:.1f} s"),
    ]


def describe_state(state: Feedback) -> dict[str, Any]:
    """Return tilt, time left and score as a page draws them."""
    ap_deg, ml_deg = state.tilt_deg
    pct = state.score.in_zone_pct
    return {
        "phase": state.phase,
        "steep": state.steep,
        "ap_deg": round(ap_deg, 2),
        "ml_deg": round(ml_deg, 2),
        "inside": state.is_inside,
        "zone_deg": state.goal.zone_deg,
        "left_s": round(state.left_s, 2),
        "elapsed_s": round(state.score.elapsed_s, 2),
        "in_zone_pct": None if pct is None else round(pct),
        "run_s": round(state.score.run_s, 1),
        "best_s": round(state.score.best_s, 1),
    }
