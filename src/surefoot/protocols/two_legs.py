"""Quiet stance on both legs, feet side by side."""

from surefoot.model import Protocol

PROTOCOL = Protocol(
    key="two-legs",
    title="Quiet stance on two legs",
    task="Stand on both legs for 30 seconds, feet side by side, arms relaxed.",
    settle_s=3.0,
    hold_s=30.0,
    rest_s=15.0,
    window_s=24.0,
    attempts=("both", "both", "both"),
    metric_groups=("acceleration", "angle", "frequency", "com"),
    primary="path_rate_mps3",
    stand_ins=("rms_ml_mps2", "gyro_rms_ml_degps"),
    usual_for=("both",),
    stance="both_feet",
    start_text="Stand with your feet side by side, arms relaxed.",
    stop_text="Stop when a foot moves, a hand grabs hold, or 30 seconds are over.",
    safety_text=(
        "Stand within reach of a wall corner or a counter, on a clear floor. "
        "Do not test when dizzy. Close your eyes only with somebody beside you."
    ),
)
