"""What the name of a file proposes, in two languages, and what it does not dare to."""

import pytest

from surefoot.sources import propose_conditions


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("2026-04-14_left_eyes-open.zip", "left open -"),
        ("2026-04-14_right_eyes-closed.csv", "right closed -"),
        ("LeftLegEyesClosed.csv", "left closed -"),
        ("links Augen zu.csv", "left closed -"),
        ("rechtes_Bein_Augen_auf_Schaumstoff.json", "right open foam"),
        ("p01_L_EO.csv", "left open -"),
        ("P01-R-EC-airex 2.csv", "right closed foam"),
        ("both legs.csv", "both - -"),
        ("beide Füße, Augen geschlossen.csv", "both closed -"),
        ("board-log.csv", "- - board"),
        ("Wackelbrett links.csv", "left - board"),
        ("left.csv", "left - -"),
        # Nothing is guessed from a part of a word, a lower-case letter or two words that disagree.
        ("morning-test.csv", "- - -"),
        ("leftovers.csv", "- - -"),
        ("brightness.csv", "- - -"),
        ("keyboard.csv", "- - -"),
        ("opensignals_2026.txt", "- - -"),
        ("OpenSignals.txt", "- - -"),
        ("trial_r2_l.csv", "- - -"),
        ("left and right, eyes open.csv", "- open -"),
        ("auf dem Sofa.csv", "- - -"),
        ("eyes open then eyes closed left", "left - -"),
        ("", "- - -"),
        (".csv", "- - -"),
    ],
)
def test_a_name_proposes_only_what_it_says(name, told):
    proposed = propose_conditions(name)
    assert " ".join(proposed.get(word, "-") for word in ("leg", "eyes", "surface")) == told
