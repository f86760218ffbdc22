"""Pages for people: one self-contained HTML file that opens, prints and travels without anything else."""

from surefoot.report.page import write_report

__all__ = ["write_report"]
