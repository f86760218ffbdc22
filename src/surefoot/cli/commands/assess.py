"""``surefoot assess``: numbers for recordings, nothing stored."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from surefoot import pipeline, sources, words
from surefoot.cli.columns import with_mappings
from surefoot.cli.options import End, Files, Json, Mapping, Source, Start, takes_setup
from surefoot.cli.output import (
    Force,
    leave_if_refused,
    print_error,
    print_issues,
    print_json,
    print_table,
    print_warning,
    progress,
)
from surefoot.cli.prompts import read_setup
from surefoot.metrics import load_metrics
from surefoot.model import WITHHELD, Assessment, Trial, to_plain
from surefoot.settings import open_settings

SHORT_LIST = (
    "path_rate_mps3",
    "rms_ap_mps2",
    "rms_ml_mps2",
    "ellipse_area_m2ps4",
    "tilt_rms_ap_deg",
    "tilt_rms_ml_deg",
    "gyro_rms_ml_degps",
    "osi_centred_deg",
    "osi_deg",
    "apsi_deg",
    "mlsi_deg",
    "board_in_zone_5_pct",
    "board_contacts_count",
    "hold_time_s",
    "touchdowns_count",
)


@takes_setup
def assess(
    setup_words: dict[str, Any],
    files: Files,
    source: Source = None,
    mapping: Mapping = None,
    start: Start = None,
    end: End = None,
    picture: Annotated[
        Path | None, typer.Option("-o", "--output", help="Draw the trial: PNG, SVG, PDF.")
    ] = None,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", help="Only this metric, or group of them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="List every metric.")] = False,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Compute the numbers of recordings; nothing is stored."""
    if picture is not None:
        from surefoot.plotting import check_free

        check_free(picture, force=force)
    setup = read_setup(setup_words)
    exports = with_mappings(sources.collect(files, spare=True), mapping, source)
    outcomes = []
    with progress("Assessing", len(exports)) as step:
        for outcome in pipeline.walk(
            exports,
            lambda *_: setup,
            open_settings(),
            source=source,
            span_s=(start, end),
            keys=metric,
            spare=True,
        ):
            outcomes.append(outcome)
            step()
    if as_json:
        print_outcomes_json(outcomes)
    else:
        assumed = [word for word in ("leg", "eyes", "surface", "placement") if word not in setup_words]
        print_outcomes(outcomes, everything=everything or metric is not None, assumed=assumed)
    if picture is not None:
        _draw([outcome.trial for outcome in outcomes if outcome.trial is not None], picture, force=force)
    leave_if_refused([outcome.error for outcome in outcomes], [outcome.bug for outcome in outcomes])


def outcome_to_plain(outcome: pipeline.Outcome) -> dict[str, Any]:
    """Return an outcome as ``assess --json`` lists it."""
    head = {"file": outcome.export.name, "part": outcome.part}
    if outcome.error is not None or outcome.assessment is None:
        return {**head, "error": outcome.error.to_dict() if outcome.error else None}
    plain = to_plain(outcome.assessment)
    origin = plain["provenance"]
    keys = ("source", "rate_hz", "duration_s", "steady_s", "window_s")
    return {
        **head,
        **{key: origin[key] for key in keys},
        "setup": plain["setup"],
        "primary": plain["primary"],
        "values": plain["values"],
        "units": outcome.assessment.units,
        "issues": plain["issues"],
        "events": plain["events"],
        "provenance": origin,
    }


def print_outcomes_json(outcomes: Sequence[pipeline.Outcome]) -> None:
    """Print the list of outcomes; a single refusal is the document itself."""
    if len(outcomes) == 1 and outcomes[0].error is not None:
        print_error(outcomes[0].error, as_json=True)
    else:
        print_json([outcome_to_plain(outcome) for outcome in outcomes])


def print_outcomes(
    outcomes: Sequence[pipeline.Outcome], *, everything: bool, assumed: Sequence[str] = ()
) -> None:
    """Print the good ones as tables, then what was refused and why."""
    good = [outcome for outcome in outcomes if outcome.assessment is not None]
    for outcome in good:
        if outcome.assessment is not None:
            _print_assessment(outcome, outcome.assessment, everything=everything)
    if good and assumed:
        print(f"Assumed, as it was not said: {', '.join(assumed)}. Say it with --{assumed[0]} and the like.")
    for outcome in outcomes:
        if outcome.error is not None:
            where = f"{outcome.export.name} {outcome.part}".rstrip()
            print_error(outcome.error, as_json=False, where=where)
    if len(outcomes) > 1 and len(good) < len(outcomes):
        print_warning(f"{len(good)} of {len(outcomes)} recordings could be assessed.")


def _print_assessment(outcome: pipeline.Outcome, assessment: Assessment, *, everything: bool) -> None:
    origin = assessment.provenance
    print(f"{outcome.export.name} {outcome.part}".rstrip())
    start_s, end_s = origin.window_s
    steady_start_s, steady_end_s = origin.steady_s
    used = "analysed" if assessment.primary else "longest clean part"
    print(f"  {words.describe_test(assessment.setup)}, sensor: {assessment.setup.placement}")
    print(
        f"  {origin.source}, {origin.rate_hz:.0f} Hz, {origin.duration_s:.1f} s; steady from "
        f"{steady_start_s:.1f} to {steady_end_s:.1f} s, {used} {start_s:.1f} to {end_s:.1f} s"
    )
    listed = [key for key in assessment.values if everything or key in SHORT_LIST]
    _print_values(assessment, listed)
    # What was left out matters to those who ask for everything; a warning already says why it matters.
    print_issues(issue for issue in assessment.issues if everything or issue.code != WITHHELD)
    if len(listed) < len(assessment.values):
        verdict = " ▸ carries the verdict." if assessment.primary else ""
        print(f"  {len(assessment.values) - len(listed)} more with --all.{verdict}")
    print()


def _print_values(assessment: Assessment, listed: Sequence[str]) -> None:
    """Print what carries the verdict first, then the short list, then the rest."""
    known = load_metrics()

    def place(key: str) -> tuple[bool, int]:
        return key != assessment.primary, SHORT_LIST.index(key) if key in SHORT_LIST else len(SHORT_LIST)

    rows = [
        (
            "▸" if key == assessment.primary else "",
            known[key].label,
            words.show_of(assessment, key),
            key,
        )
        for key in sorted(listed, key=place)
    ]
    print_table(("", "Measure", "Value", "Key"), rows, numbers=(2,))


def _draw(trials: list[Trial], picture: Path, *, force: bool) -> None:
    from surefoot.plotting import plot_trial, save

    for index, trial in enumerate(trials):
        path = picture if index == 0 else picture.with_stem(f"{picture.stem}-{index + 1}")
        save(plot_trial(trial), path, force=force)
        print_warning(f"Drawn: {path}")
