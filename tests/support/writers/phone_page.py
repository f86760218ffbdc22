"""Surefoot phone page (JSON), as it is exported."""

from __future__ import annotations

import numpy as np

from surefoot.model import Recording
from surefoot.sources.formats.phone_page import write_rows


def write(recording: Recording) -> dict[str, bytes]:
    """Return the recording as the phone page writes it on its platform, unrounded."""
    sign = -1.0 if recording.platform == "ios" else 1.0
    gyr = np.full_like(recording.acc_mps2, np.nan)
    if recording.gyr_radps is not None:
        gyr = np.degrees(recording.gyr_radps)
    rows = np.column_stack([recording.time_s * 1000, sign * recording.acc_mps2, gyr]).tolist()
    cells = [[None if cell != cell else cell for cell in row] for row in rows]
    return write_rows(cells, platform=recording.platform, started=recording.started)
