"""Wobble board: keep it level for 30 s; the sensor lies on the board, screen up, top edge forward."""

from surefoot.model import Protocol

PROTOCOL = Protocol(
    key="wobble-board",
    title="Wobble board",
    task="Stand on the board for 30 seconds and keep its edge off the floor.",
    settle_s=3.0,
    hold_s=30.0,
    rest_s=30.0,
    window_s=20.0,
    attempts=("practice both", "both", "both", "both"),
    metric_groups=("board",),
    primary="osi_centred_deg",
    usual_for=("board",),
    stance="board",
    start_text="Step onto the board with a hand on the support, level it, then let go.",
    stop_text="Stop when a foot leaves the board, a hand grabs hold, or 30 seconds are over.",
    safety_text=(
        "Put the board on a mat within reach of a wall corner or a counter, with clear floor around it. "
        "Stay on floor tests until you hold 30 seconds on one leg with eyes open. Stop with pain or swelling."
    ),
)
