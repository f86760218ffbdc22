"""The words for people at home: complete in both languages, filled alike, plain, and each one used."""

import re
from pathlib import Path
from string import Formatter

import pytest

import surefoot
from surefoot.live.guide import plan
from surefoot.live.guide.timetable import make_timetable
from surefoot.metrics import load_metrics
from surefoot.model import Setup
from surefoot.protocols import load_protocols
from surefoot.training.guides import EXERCISES
from surefoot.web.pages import DRAWINGS
from surefoot.words.home_language import LANGUAGES, home_language, home_words

ROWS = dict(home_words())
BANNED = {
    "en": r"\b(fall risk|normal\w*|abnormal\w*|diagnos\w*|cleared|trials?|baseline|index|fingerprint)\b",
    "de": r"(Sturzrisiko|\b[Nn]ormal\w*|[Dd]iagnos\w*|Baseline|Fingerabdruck|Patient\w*|\bSie\b|\bIhr\w*\b)",
}
SOURCE = Path(surefoot.__file__).parent
# Their rows are named by data: stances, exercises, issues by their code.
DATA = {"dose", "exercise", "on", "place", "quality", "refused", "stance", "stop"}


def fills(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_key_has_its_text_and_takes_the_same_fills(code):
    for key, row in ROWS.items():
        assert row[code].strip() == row[code] != "", key
        assert fills(row[code]) == fills(row["en"]), key


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_text_frightens_or_speaks_like_a_laboratory(code):
    for key, row in ROWS.items():
        assert not re.search(BANNED[code], row[code], re.IGNORECASE if code == "en" else 0), (key, row[code])
        assert not re.search(r"m/s|\bHz\b|°", row[code]), (key, row[code])


def test_a_plural_has_both_forms():
    stems = {key.removesuffix(".one") for key in ROWS if key.endswith(".one")}
    assert stems == {key.removesuffix(".other") for key in ROWS if key.endswith(".other")}


def sources():
    return "\n".join(
        path.read_text(encoding="utf-8")
        for ending in ("py", "j2", "js")
        for path in SOURCE.rglob(f"*.{ending}")
    )


def patterns(text):
    """Return the ways in which keys are put together: f-strings, and words joined in a template."""
    made = [match[2] for match in re.finditer(r"""f(["'])([a-z_]+\.[^"\n]*?\{[^"\n]*?)\1""", text)]
    joined = re.finditer(r"""(["'])([a-z_]+\.[\w.]*)\1\s*~(?:\s*[\w.]+\s*~\s*(["'])([\w.]+)\3)?""", text)
    made += [f"{match[2]}{{}}{match[4] or ''}" for match in joined]
    for each in made:
        parts = re.split(r"\{[^}]*\}", each)
        yield re.compile("([\\w.]+)".join(re.escape(part) for part in parts))


def unused(keys):
    """Return the keys that no source names, whole or by words that stand in quotes."""
    text = sources()
    quoted = {match[2] for match in re.finditer(r"""(["'])([\w.]+)\1""", text)}
    made = list(patterns(text))
    for key in keys:
        stem = re.sub(r"(\.(one|other)|_\d)$", "", key)
        found = [match for pattern in made for each in (key, stem) if (match := pattern.fullmatch(each))]
        by_words = any(all(group in quoted for group in match.groups()) for match in found)
        by_data = found and key.split(".")[0] in DATA
        if not ({key, stem} & quoted or by_words or by_data):
            yield key


def test_every_text_is_used_somewhere():
    assert list(unused(ROWS)) == []


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.key)
def test_every_exercise_has_words_and_a_drawing(exercise):
    for code in LANGUAGES:
        assert 2 <= len(home_language(code).tell_each(f"exercise.{exercise.key}.step")) <= 3
        for part in ("name", "mind"):
            assert home_language(code).tell(f"exercise.{exercise.key}.{part}")
        assert home_language(code).tell(f"dose.{exercise.dose}")
        assert home_language(code).tell(f"stop.{exercise.stop}")
    assert (DRAWINGS / f"{exercise.drawing}.svg").is_file()


def syllables(word):
    """Return how many syllables an English word has: its groups of vowels, but for a silent e at the end."""
    spoken = re.sub(r"(?<=[^aeiouyl])e(s?)$", r"\1", re.sub(r"(?<![td])ed$", "d", word.lower()))
    return max(1, len(re.findall(r"[aeiouy]+", spoken)))


def reading_ease(text):
    """Return Flesch's reading ease of an English text, from words a sentence and syllables a word."""
    words = re.findall(r"[A-Za-z]+", text)
    sentences = len(re.findall(r"[.!?:](?:\s|$)", text))
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * sum(map(syllables, words)) / len(words)


def test_reading_ease_is_that_of_a_known_text():
    """Six words of six syllables in all in one sentence: 206.835 − 6.09 − 84.6."""
    assert reading_ease("The cat sat on the mat.") == pytest.approx(116.145)


@pytest.mark.parametrize("part", sorted({key.partition(".")[0] for key in ROWS} - {"delete"}))
def test_what_is_said_and_shown_reads_easily(part):
    texts = [re.sub(r"\{\w+\}", "two", row["en"]) for key, row in ROWS.items() if key.startswith(f"{part}.")]
    assert reading_ease(" ".join(text if text[-1] in ".!?:" else f"{text}." for text in texts)) >= 70


def test_every_cue_of_the_guide_reads_easily():
    """All that is said from the start to the end of one attempt, as one text."""
    for test, protocol in load_protocols().items():
        for eyes in ("open", "closed"):
            on_board = test == "wobble-board"
            placed = {"placement": "board", "surface": "board"} if on_board else {}
            legs = "both" if all("both" in attempt for attempt in protocol.attempts) else "left"
            attempts = plan(protocol, legs, 1)
            setup = Setup(test=test, leg=attempts[0].leg, eyes=eyes, **placed)
            timetable = make_timetable(protocol, setup, attempts)
            steps = [*timetable.opening, *(step for course in timetable.courses for step in course.steps)]
            said = " ".join(cue.text for step in steps for cue in step.cues if cue.kind == "say")
            assert reading_ease(said) >= 70, (test, eyes, said)


def test_every_measure_and_table_of_numbers_has_its_german_words():
    """A part without words of its own would stand in English beside German ones."""
    labels = [metric.label for metric in load_metrics().values()]
    heads = [
        "All its numbers",
        "Metric",
        "Value",
        "Signal",
        "Lowest",
        "Highest",
        "Acceleration, right + (m/s²)",
    ]
    german = home_language("de")
    same = {"RMS", "SD", "Signal", "m/s²"}
    for text in labels + heads:
        for part in re.findall(r"[^,() ][^,()]*(?<! )", text):
            assert part in same or german.name_measure(part) != part, part
    assert german.name_measure("Board, time within 2.5°") == "Brett, Zeit innerhalb von 2,5°"
    assert german.name_measure("Analysed window, 3.0 to 33.0 s at 100 Hz") == (
        "Ausgewertetes Fenster, 3,0 bis 33,0 s bei 100 Hz"
    )
    assert german.name_measure("at least 12.3 s") == "mindestens 12,3 s"
    assert home_language().name_measure("Hold time") == "Hold time"
