"""Tandem stance: one foot straight in front of the other; the leg is the one behind."""

from surefoot.model import Protocol

PROTOCOL = Protocol(
    key="tandem",
    title="Tandem stance",
    task="Stand heel to toe for 30 seconds, the named leg behind, hands on hips.",
    settle_s=3.0,
    hold_s=30.0,
    rest_s=30.0,
    window_s=24.0,
    attempts=("left", "right", "left", "right", "left", "right"),
    metric_groups=("acceleration", "angle", "frequency", "com", "events"),
    primary="path_rate_mps3",
    stand_ins=("rms_ml_mps2", "gyro_rms_ml_degps"),
    stance="tandem",
    start_text="Put one foot straight in front of the other and your hands on your hips.",
    stop_text="Stop when a foot moves, a hand grabs hold, or 30 seconds are over.",
    safety_text=(
        "Stand within reach of a wall corner or a counter, on a clear floor. "
        "Do not test when dizzy. Close your eyes only with somebody beside you."
    ),
)
