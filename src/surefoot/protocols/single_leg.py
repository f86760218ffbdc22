"""Single-leg stance: 30 s on one leg, hands on hips."""

from surefoot.model import Protocol

PROTOCOL = Protocol(
    key="single-leg",
    title="Single-leg stance",
    task="Stand on one leg for 30 seconds, hands on hips.",
    settle_s=3.0,
    hold_s=30.0,
    rest_s=30.0,
    window_s=24.0,
    short_window_s={"closed+left": 10.0, "closed+right": 10.0},
    attempts=("practice left", "practice right", "left", "right", "left", "right", "left", "right"),
    metric_groups=("acceleration", "angle", "frequency", "com", "events"),
    primary="path_rate_mps3",
    stand_ins=("rms_ml_mps2", "gyro_rms_ml_degps"),
    usual_for=("left", "right"),
    stance="one_leg",
    start_text="Lift the foot and put your hands on your hips.",
    stop_text="Stop when the foot touches down, a hand grabs hold, or 30 seconds are over.",
    safety_text=(
        "Stand within reach of a wall corner or a counter, on a clear floor. "
        "Do not test with new swelling, dizziness, or a leg that cannot bear weight. "
        "Stop with pain or when the ankle gives way. Close your eyes only with somebody beside you."
    ),
)
