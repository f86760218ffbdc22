"""DataFrames of trials, assessments, trends and studies, and how tables leave for other programs."""

from surefoot.frames.files import BOM, arrow_table, harmless, to_csv, to_json, to_parquet, to_xlsx
from surefoot.frames.meanings import MEANINGS, describe_columns
from surefoot.frames.studies import in_order, name_conditions, study, study_frames
from surefoot.frames.tables import (
    CONDITIONS,
    describe_assessment,
    entries_frame,
    frame,
    head_of,
    tabulate,
    to_rows,
    trends_frame,
    typed,
    values_frame,
    wide_frame,
)

__all__ = [
    "BOM",
    "CONDITIONS",
    "MEANINGS",
    "arrow_table",
    "describe_assessment",
    "describe_columns",
    "entries_frame",
    "frame",
    "harmless",
    "head_of",
    "in_order",
    "name_conditions",
    "study",
    "study_frames",
    "tabulate",
    "to_csv",
    "to_json",
    "to_parquet",
    "to_rows",
    "to_xlsx",
    "trends_frame",
    "typed",
    "values_frame",
    "wide_frame",
]
