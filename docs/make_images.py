"""Make the pictures of the documentation again, from the bundled recordings: ``python docs/make_images.py``."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from surefoot.change.trends import find_trends
from surefoot.cli.commands.demo import demo
from surefoot.diary import Diary
from surefoot.metrics import METRICS_VERSION
from surefoot.plotting import plot_trend, save
from surefoot.words import metric_labels

IMAGES = Path(__file__).parent / "images"


def main() -> int:
    """Write every picture; return 0."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / "demo"
        demo(made, unchanged=False, show_page=False)
        diary = Diary(made / "diary", cache=made / "cache", metrics_version=METRICS_VERSION)
        open_eyes = [each.assessment for each in diary.entries() if each.assessment.setup.eyes == "open"]
        legs = [each for each in find_trends(open_eyes) if each.setup.test == "single-leg"]
        save(plot_trend(legs, metric_labels()), IMAGES / "trend.png", force=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
