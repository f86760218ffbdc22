"""What a report is about: everything that its page and its booklet are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surefoot.change.sides import Ratio
from surefoot.model import Assessment, Trend, Trial
from surefoot.words import ENGLISH, show_span

NO_TREND = ENGLISH.say("report.no trend")
NO_TRIALS = ENGLISH.say("report.no trials")
LIMITS = ENGLISH.say("report.limits")


@dataclass(frozen=True, slots=True)
class Report:
    """One person's trends, trials and ratios; `newest` is drawn, `labels` name metrics by key."""

    person: str
    trends: Sequence[Trend]
    assessments: Sequence[Assessment]
    newest: Trial | None
    labels: Mapping[str, str]
    version: str
    ratios: Sequence[Ratio] = ()

    @property
    def title(self) -> str:
        """Whose balance this is about."""
        return ENGLISH.say("report.title", person=self.person)

    @property
    def span(self) -> str:
        """The first and the last day."""
        return show_span([each.setup.when for each in self.assessments if each.setup.when is not None])

    @property
    def count(self) -> str:
        """How many trials there are, in words."""
        return ENGLISH.say("count.trials", n=len(self.assessments))

    @property
    def origin(self) -> str:
        """Which program and which definitions of the metrics made the numbers, and what it is not."""
        versions = sorted({each.provenance.metrics_version for each in self.assessments})
        metrics = ", ".join(str(version) for version in versions) or "none"
        return ENGLISH.say("report.origin", version=self.version, metrics=metrics)
