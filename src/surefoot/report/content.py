"""What a report is about: everything that its page and its booklet are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surefoot import words
from surefoot.change.sides import Ratio
from surefoot.model import Assessment, Trend, Trial

NO_TREND = "There is no trend yet. One needs at least five sessions under the same conditions."
NO_TRIALS = "There are no trials yet."
LIMITS = (
    "These numbers say how much, and how quickly, the place where the sensor sat moved while somebody "
    "stood still. They do not say why. Sleep, footwear, pain, practice and the way the phone was strapped "
    "on all move them, so one trial says little and only trials under the same conditions are compared. A "
    "difference smaller than the smallest real change may be chance alone. The numbers say nothing about "
    "how an injury has healed, about strength or pain, or about walking and sport, and they are not meant "
    "for comparing one person with another."
)


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
        return f"Balance of {self.person}"

    @property
    def span(self) -> str:
        """The first and the last day."""
        return words.show_span([each.setup.when for each in self.assessments if each.setup.when is not None])

    @property
    def count(self) -> str:
        """How many trials there are, in words."""
        return f"{len(self.assessments)} trial" + ("" if len(self.assessments) == 1 else "s")

    @property
    def origin(self) -> str:
        """Which program and which definitions of the metrics made the numbers, and what it is not."""
        versions = sorted({each.provenance.metrics_version for each in self.assessments})
        metrics = ", ".join(str(version) for version in versions) or "none"
        return (
            f"Surefoot {self.version}, metrics version {metrics}. Surefoot is for personal tracking, "
            "education and research; it is not a medical device."
        )
