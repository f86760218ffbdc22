"""Trial → Assessment: the numbers of one attempt, or the reason why one is missing."""

import math
from collections.abc import Iterable, Sequence

from surefoot._version import __version__
from surefoot.errors import SetupError
from surefoot.metrics import METRICS_VERSION, load_metrics
from surefoot.model import (
    BROKEN_OFF,
    CUT_OFF,
    DETAIL_RATE_HZ,
    LATE_START,
    MEASURES,
    SIGN_UNKNOWN,
    WITHHELD,
    Assessment,
    Event,
    Issue,
    Metric,
    Provenance,
    Trial,
)
from surefoot.preparation.quality import BLURRED, FROZEN_LONG, STEPPED, UNUSABLE, reaches
from surefoot.protocols import window_length

LISTED = 4
NO_NUMBER = "the movement of this trial gives it no number"


def assess(trial: Trial, keys: Sequence[str | Metric] | None = None) -> Assessment:
    """Compute the metrics of a trial's protocol, or those of `keys` (or groups, or metrics of your own).

    A trial whose stance was broken too early keeps its hold time and events. A metric whose window, rate or
    sensor is not enough is left out and an `Issue` says so. Raises SetupError for a key that is not known.
    """
    wanted = _wanted(trial, keys)
    withheld = {metric.key: _reason(metric, trial) for metric in wanted}
    computed = {metric.key: metric(trial) for metric in wanted if not withheld[metric.key]}
    values = {key: value for key, value in computed.items() if math.isfinite(value)}
    withheld |= dict.fromkeys(computed.keys() - values.keys(), NO_NUMBER)
    primary = next((key for key in _primaries(trial) if key in values), "")
    told = trial.issues + _broken_issue(trial) + _cut_off_issue(trial)
    return Assessment(
        setup=trial.setup,
        protocol=trial.protocol.key,
        primary=primary,
        values=values,
        issues=told + _withheld_issues(withheld) + _stand_in_issue(trial, primary),
        events=_told(trial),
        provenance=_provenance(trial),
    )


def _wanted(trial: Trial, keys: Sequence[str | Metric] | None) -> list[Metric]:
    known = load_metrics()
    if keys is None:
        groups = trial.protocol.metric_groups
        usual = [metric for metric in known.values() if metric.group in groups and not metric.opt_in]
        return [metric for metric in usual if trial.protocol.kind in metric.kinds]
    members: dict[str, list[Metric]] = {}
    for metric in known.values():
        members.setdefault(metric.group, []).append(metric)
    named = {**members, **{key: [metric] for key, metric in known.items()}}
    unknown = [key for key in keys if isinstance(key, str) and key not in named]
    if unknown:
        raise SetupError(
            "This metric is not known.",
            found=", ".join(unknown),
            expected=f"a key such as {next(iter(known))}, or a group: {', '.join(members)}",
            do="See `surefoot show metrics` for all of them.",
        )
    return [metric for key in keys for metric in (named[key] if isinstance(key, str) else [key])]


def _reason(metric: Metric, trial: Trial) -> str:
    """Return why a metric cannot be computed for this trial; empty where it can."""
    if trial.protocol.kind not in metric.kinds:
        return "it belongs to another kind of test"
    return _time_reason(metric, trial) or _sensor_reason(metric, trial)


def _time_reason(metric: Metric, trial: Trial) -> str:
    start_s, end_s = trial.window_s
    window_s = end_s - start_s + 0.5 / trial.rate_hz
    whole_s = window_length(trial.protocol, trial.setup)
    if metric.group == "events" and _is_whole(trial) and _is_told(trial, LATE_START) and not _is_held(trial):
        return "samples are missing at its beginning"
    if metric.group != "events" and window_s < whole_s:
        return f"the clean part of {window_s:.1f} s is shorter than the {whole_s:.0f} s of this test"
    if window_s < metric.min_duration_s:
        return f"it needs {metric.min_duration_s:.0f} s, there are {window_s:.0f}"
    if not reaches(trial.rate_hz, metric.min_rate_hz):
        return f"it needs {metric.min_rate_hz:.0f} samples a second, there are {trial.rate_hz:.0f}"
    if metric.group != "events" and metric.min_rate_hz >= DETAIL_RATE_HZ:
        return next((BLURRED[issue.code] for issue in trial.issues if issue.code in BLURRED), "")
    return ""


def _sensor_reason(metric: Metric, trial: Trial) -> str:
    codes = {issue.code for issue in trial.issues}
    coarse = trial.settings.get("resolution_class") == "coarse" or STEPPED in codes
    unusable = UNUSABLE in codes
    if metric.group != "events" and FROZEN_LONG in codes:
        return "the sensor stood still for more than a second of the window"
    if (coarse and metric.reads_detail) or (unusable and metric.reads_acceleration):
        return "the acceleration is too coarse"
    if metric.tells_direction and any(issue.code == SIGN_UNKNOWN for issue in trial.issues):
        return "which way the acceleration points is not known"
    if metric.needs_gyroscope and not trial.has_gyroscope:
        return "it needs a gyroscope"
    measures = metric.needs_one_of
    if measures and all(getattr(trial.setup, name) is None for name in measures):
        return "it needs " + " or ".join(MEASURES[name].name for name in measures)
    return ""


def _withheld_issues(withheld: dict[str, str]) -> tuple[Issue, ...]:
    """Say once for each reason which metrics it took away."""
    issues = []
    for reason in sorted({*withheld.values()} - {""}):
        keys = [key for key, why in withheld.items() if why == reason]
        more = f" and {len(keys) - LISTED} more" if len(keys) > LISTED else ""
        what = f"Left out, because {reason}: {', '.join(keys[:LISTED])}{more}."
        issues.append(Issue(WITHHELD, "info", what))
    return tuple(issues)


def _primaries(trial: Trial) -> Iterable[str]:
    """Return the keys that may carry the verdict; coarse acceleration leaves it to the gyroscope."""
    candidates = (trial.protocol.primary, *trial.protocol.stand_ins)
    if trial.settings.get("resolution_class") != "coarse":
        return candidates
    known = load_metrics()
    return tuple(key for key in candidates if not known[key].reads_acceleration)


def _told(trial: Trial) -> tuple[Event, ...]:
    """Return the events, and those that a hand took away, so that the next analysis knows of them."""
    denied = [event for event in trial.by_hand if event.confidence == 0]
    return tuple(sorted((*trial.events, *denied), key=lambda event: event.start_s))


def _broken_issue(trial: Trial) -> tuple[Issue, ...]:
    broken = [event for event in trial.events if event.breaks_stance]
    if not broken:
        return ()
    places = ", ".join(f"{event.start_s:.1f} s" for event in broken[:LISTED])
    over_s = trial.steady_s[0] + trial.protocol.hold_s
    if trial.setup.facing == "up":
        what = f"Somebody seems to have stepped off the board at {places}: what follows is left out."
        return (Issue("stepped_off", "warning", what, "If nobody did, correct the events of the trial."),)
    ended = "the hold ends there, " if broken[0].start_s < over_s else ""
    what = f"A foot seems to have come down or moved at {places}: {ended}sway leaves it out."
    do = "If it did not, correct the events: on the page of the trial, or with `surefoot edit`."
    return (Issue("touchdown", "warning", what, do),)


def _cut_off_issue(trial: Trial) -> tuple[Issue, ...]:
    """Tell that technology ended the trial: before its time was over, and before the person ended it."""
    start_s, end_s = trial.steady_s
    over_s = start_s + trial.protocol.hold_s
    ended = any(event.breaks_stance and event.start_s < over_s for event in trial.events)
    broke_off = _is_told(trial, BROKEN_OFF) and not ended
    # Of what began late and is too short for sway nothing is left to count.
    too_late = _is_told(trial, LATE_START) and not _is_whole(trial)
    if not (broke_off or too_late) or _is_held(trial):
        return ()
    what = (
        f"The recording broke off after {end_s - start_s:.1f} s of steady standing; it was held at least so "
        "long. It counts nowhere: not in the trend, on the ladder or in a mean."
    )
    return (Issue(CUT_OFF, "warning", what, "Do the test again."),)


def _is_told(trial: Trial, code: str) -> bool:
    return any(issue.code == code for issue in trial.issues)


def _is_held(trial: Trial) -> bool:
    """Return whether steady standing lasted as long as the test asks for."""
    start_s, end_s = trial.steady_s
    return end_s - start_s >= trial.protocol.hold_s - 1 / trial.rate_hz


def _is_whole(trial: Trial) -> bool:
    """Return whether the window has the protocol's length."""
    start_s, end_s = trial.window_s
    return end_s - start_s >= window_length(trial.protocol, trial.setup) - 0.5 / trial.rate_hz


def _stand_in_issue(trial: Trial, primary: str) -> tuple[Issue, ...]:
    if primary in (trial.protocol.primary, ""):
        return ()
    stand_in, usual = (load_metrics()[key].label for key in (primary, trial.protocol.primary))
    what = f"The verdict rests on “{stand_in}”, because “{usual}” could not be computed."
    return (Issue("stand_in", "info", what, "It is only compared with trials that rest on it too."),)


def _provenance(trial: Trial) -> Provenance:
    return Provenance(
        surefoot_version=__version__,
        metrics_version=METRICS_VERSION,
        source=trial.source,
        source_sha256=trial.source_sha256,
        part=trial.part,
        rate_hz=trial.rate_hz,
        duration_s=float(trial.time_s[-1] - trial.time_s[0]),
        steady_s=trial.steady_s,
        window_s=trial.window_s,
        settings=dict(trial.settings),
    )
