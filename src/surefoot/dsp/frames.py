"""Body axes in the sensor's frame: up from gravity, forward from where the marked face looks."""

from __future__ import annotations

import numpy as np

from surefoot.model import Floats


def unit_vector(vector: Floats) -> Floats:
    """Return `vector` (3,) scaled to length one."""
    return np.asarray(vector / np.linalg.norm(vector))


def angles_deg(vectors: Floats, toward: Floats) -> Floats:
    """Return the angle (n,) in degrees between `vectors` (n, 3) and `toward` (3,), 180 for one of no length.

    >>> angles_deg(np.array([[0.0, 0.0, 2.0], [0.0, 1.0, 0.0]]), np.array([0.0, 0.0, 9.8])).tolist()
    [0.0, 90.0]
    """
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(toward)
    cosine = np.divide(vectors @ toward, lengths, out=np.full(len(vectors), -1.0), where=lengths > 0)
    return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def body_axes(up: Floats, face: Floats, facing: str, top: Floats) -> tuple[Floats, float]:
    """Return forward, right and up as the columns of a (3, 3) matrix in the sensor's frame.

    `up` (3,) is the measured direction of gravity's reaction; `face` and `top` (3,) are the sensor's marked
    axes; `facing` is where the face looks: front, back, left, right or up. A face that looks up gives no
    heading, so there the top edge points forward. The second value is how far, in degrees, the marked face
    lies from where it is said to look, as far as gravity can tell (90 minus its angle to the horizontal
    plane would be 0 for a perfectly upright sensor).

    The body frame (forward, right, up) is left-handed by convention: right = forward x up.
    """
    up = unit_vector(up)
    guide = top if facing == "up" else face
    level = guide - (guide @ up) * up
    level = unit_vector(level) if np.linalg.norm(level) > 1e-9 else np.zeros(3)
    turned = {
        "front": level,
        "up": level,
        "back": -level,
        "right": np.cross(up, level),
        "left": -np.cross(up, level),
    }
    forward = turned[facing]
    cosine = float(np.clip(unit_vector(face) @ up, -1.0, 1.0))
    off_deg = np.degrees(np.arccos(cosine)) if facing == "up" else abs(np.degrees(np.arcsin(cosine)))
    return np.column_stack([forward, np.cross(forward, up), up]), float(off_deg)
