"""Metrics that differ in nothing but an axis, a direction or a zone, written once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from surefoot.model import Metric, Trial

AXES: Final = {"ap": "forward-back", "ml": "left-right"}


def for_each(
    parts: Mapping[str, str],
    key: str,
    register: Callable[[str, str], Callable[[Callable[[Trial], float]], Metric]],
) -> Callable[[Callable[[Trial, str], float]], tuple[Metric, ...]]:
    """Turn ``function(trial, part)`` into a metric for each of `parts`, given by their names and in words.

    ``{}`` in `key` stands for the name; `register` makes of name and words a decorator as `metric` does. In
    the docstring ``{name}`` and ``{words}`` stand for them, ``{Words}`` at the beginning of a sentence.
    """

    def one(function: Callable[[Trial, str], float], name: str, words: str) -> Metric:
        def compute(trial: Trial) -> float:
            return function(trial, name)

        text = function.__doc__ or ""
        for mark, meant in (("{name}", name), ("{words}", words), ("{Words}", words.capitalize())):
            text = text.replace(mark, meant)
        compute.__name__, compute.__doc__ = key.format(name), text
        return register(name, words)(compute)

    return lambda function: tuple(one(function, name, words) for name, words in parts.items())
