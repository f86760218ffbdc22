"""DataFrames of recordings, trials, assessments, trends and studies, and how tables leave for spreadsheets.

Every table that Surefoot writes for other programs goes through `to_csv` or `to_xlsx`: UTF-8 with its mark,
so that a double click opens it; numbers stay numbers; a text that a spreadsheet would take for a formula gets
an apostrophe, wherever the text came from; what is missing is an empty cell.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from surefoot.model import SIGNALS, Assessment, Recording, Trend, Trial
from surefoot.units import unit_of

if TYPE_CHECKING:
    from pandas import DataFrame

    from surefoot.reliability import Interval, StudyResult

# How somebody stood, as the fields of a setup name it.
CONDITIONS: Final = (
    "test", "leg", "eyes", "surface", "footwear", "placement", "facing", "board", "practice",
    "sensor_height_m", "body_height_m", "board_max_tilt_deg", "board_level_ap_deg", "board_level_ml_deg",
)  # fmt: skip
MADE: Final = ("window", "resolution_class", "rate_class", "filters", "tilt_method")
SPANS: Final = ("steady_start_s", "steady_end_s", "window_start_s", "window_end_s")
ICCS: Final = ("icc_2_1", "icc_2_k", "icc_3_1", "icc_3_k")
ERRORS: Final = ("sem", "mdc", "cv_pct", "mdc_pct")

# Without this mark Excel takes UTF-8 for the computer's own code page.
BOM: Final = "\ufeff"
# A semicolon parts cells where a comma is the decimal sign.
_FORMULA: Final = re.compile(r"((?:^|;)\s*)(?=[=+\-@＝＋－＠|])")
_BREAK: Final = re.compile(r"[\t\r\n\v\f\0]+")
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MAX_TEXT: Final = 32_000


def recording_frame(recording: Recording) -> DataFrame:
    """Return the samples of a recording, in the sensor's own axes, by ``time_s``."""
    import pandas as pd

    sensors = {"acc_{}_mps2": recording.acc_mps2, "gyr_{}_radps": recording.gyr_radps}
    columns = {
        name.format(axis): samples[:, index]
        for name, samples in sensors.items()
        if samples is not None
        for index, axis in enumerate("xyz")
    }
    return pd.DataFrame(columns, index=pd.Index(recording.time_s, name="time_s"))


def trial_frame(trial: Trial) -> DataFrame:
    """Return the signals of a trial, in the body's axes and unfiltered, by ``time_s``."""
    import pandas as pd

    columns = {name: getattr(trial, name) for name in SIGNALS}
    return pd.DataFrame(columns, index=pd.Index(trial.time_s, name="time_s"))


def values_frame(
    trials: Iterable[tuple[Mapping[str, Any], Assessment]], columns: Sequence[str] = ()
) -> DataFrame:
    """Return one row for each value of each trial, with its conditions and how it was made.

    A trial is what to say of it beside that, by column, and its assessment; `columns` picks some in an order.
    """
    rows = [
        {**describe_assessment(assessment), **head, "metric": key, "value": value, "unit": unit_of(key)}
        for head, assessment in trials
        for key, value in assessment.values.items()
    ]
    return tabulate(rows, columns)


def describe_assessment(assessment: Assessment) -> dict[str, Any]:
    """Return the conditions of a trial and how its numbers were made, by column."""
    setup, origin = assessment.setup, assessment.provenance
    return {
        **{name: getattr(setup, name) for name in CONDITIONS},
        "device_model": setup.device_model or origin.settings.get("device_model", ""),
        "source": origin.source,
        "source_sha256": origin.source_sha256,
        "rate_hz": origin.rate_hz,
        "duration_s": origin.duration_s,
        **dict(zip(SPANS, (*origin.steady_s, *origin.window_s), strict=True)),
        **{name: origin.settings.get(name, "") for name in MADE},
        "metrics_version": origin.metrics_version,
        "surefoot_version": origin.surefoot_version,
        "issues": " ".join(sorted({issue.code for issue in assessment.issues})),
    }


def trends_frame(trends: Iterable[Trend]) -> DataFrame:
    """Return one row for each trend: its metric, its conditions, and what is said of it."""
    own = [field.name for field in fields(Trend) if field.name != "setup"]
    rows = [
        {
            "person": trend.setup.person,
            **{name: getattr(trend.setup, name) for name in CONDITIONS},
            **{name: getattr(trend, name) for name in own},
        }
        for trend in trends
    ]
    return tabulate(rows)


def study_frame(results: Iterable[StudyResult]) -> DataFrame:
    """Return the repeatability of a study: one row for each condition, metric, level and scale."""
    rows = [
        {
            "condition": each.condition,
            "metric": each.metric,
            "unit": unit_of(each.metric) if each.scale == "raw" else "ln",
            "level": each.level,
            "scale": each.scale,
            "people": each.found.people if each.found else None,
            "repeats": each.found.sessions if each.found else None,
            "left_out": each.left_out,
            **_spread({name: getattr(each.found, name, None) for name in ICCS}),
            **_spread({name: getattr(each, name) for name in ERRORS}),
            "sem_consistency": each.found.sem_consistency if each.found else None,
            "reason": each.reason,
        }
        for each in results
    ]
    return tabulate(rows)


def _spread(intervals: Mapping[str, Interval | None]) -> dict[str, float | None]:
    ends = {"": "estimate", "_low": "low", "_high": "high"}
    return {
        f"{name}{end}": getattr(interval, field, None)
        for name, interval in intervals.items()
        for end, field in ends.items()
    }


def tabulate(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> DataFrame:
    """Return rows as a frame of all their columns, or of those named; counts stay whole beside gaps."""
    import pandas as pd

    names = list(columns or dict.fromkeys(name for row in rows for name in row))
    frame = pd.DataFrame({name: [row.get(name) for row in rows] for name in names})
    counts = [name for name in names if {type(row.get(name)) for row in rows} == {int, type(None)}]
    return frame.astype(dict.fromkeys(counts, "Int64"))


def to_rows(frame: DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame; what is missing is None."""
    rows: list[dict[str, Any]] = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return rows


def to_csv(frame: DataFrame) -> bytes:
    r"""Return a table as CSV in UTF-8 with its mark, a header first.

    >>> to_csv(tabulate([{"who": "=1+1", "x": -0.5}])).decode("utf-8-sig")
    "who,x\n'=1+1,-0.5\n"
    """
    text = _guarded(frame).to_csv(index=False, lineterminator="\n")
    return f"{BOM}{text}".encode()


def _guarded(frame: DataFrame) -> DataFrame:
    texts = frame.select_dtypes(exclude="number").columns
    return frame.assign(**{name: frame[name].map(harmless) for name in texts}).rename(columns=harmless)


def harmless(cell: Any) -> Any:
    r"""Return a cell that no spreadsheet takes for a formula; numbers are left as they are.

    Tabs and line ends, with which a cell could begin anew, become spaces.

    >>> [harmless(cell) for cell in ("=A1", "-5", -5.0, "left; =A1", "\t=A1", "a-b", None)]
    ["'=A1", '-5', -5.0, "left; '=A1", " '=A1", 'a-b', None]
    """
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    return _FORMULA.sub(r"\1'", _BREAK.sub(" ", cell))


def to_xlsx(sheets: Mapping[str, DataFrame]) -> bytes:
    """Return a workbook with one sheet for each name; always the same bytes."""
    parts = {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _relations(["officeDocument"], ["xl/workbook.xml"]),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            ["worksheet"] * len(sheets), [f"worksheets/sheet{n}.xml" for n in range(1, len(sheets) + 1)]
        ),
    }
    for number, frame in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = "".join(_sheet(frame))
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.comment = b"Surefoot"
        for name, content in parts.items():
            archive.writestr(ZipInfo(name), f"{_HEAD}{content}".encode(), ZIP_DEFLATED)
    return packed.getvalue()


_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _types(count: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_MEDIA}.worksheet+xml"/>'
        for number in range(1, count + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_MEDIA}.sheet.main+xml"/>{sheets}</Types>'
    )


def _relations(kinds: Sequence[str], targets: Sequence[str]) -> str:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(zip(kinds, targets, strict=True), 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def _book(names: Iterable[str]) -> str:
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _sheet(frame: DataFrame) -> Iterator[str]:
    yield f'<worksheet xmlns="{_MAIN}"><sheetData>'
    yield _row(frame.columns)
    for row in to_rows(frame):
        yield _row(row.values())
    yield "</sheetData></worksheet>"


def _row(cells: Iterable[Any]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(value: Any) -> str:
    """Return a cell as XML; what is text is told as such, so that nothing in it is computed."""
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)) and math.isfinite(value):
        return f"<c><v>{value!r}</v></c>"
    text = escape(_UNPRINTABLE.sub(" ", str(value))[:_MAX_TEXT])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
