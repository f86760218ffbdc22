"""The exercises of five ankle guides as data: phase, side, dose, equipment, and what follows when it is easy.

They are those that the guides state; what no guide states (sets, rest, weights) stands nowhere. Words and
drawings are elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final


@dataclass(frozen=True, slots=True)
class GuideExercise:
    """One exercise of the guides.

    `plan` is the part of the plan it counts for (empty where for none); `dose` and `stop` name what the
    guides state of how much and when to stop, `drawing` the picture, `harder` the form that follows when it
    is easy.
    """

    key: str
    phase: str
    by_side: bool
    dose: str
    stop: str
    needs: tuple[str, ...]
    plan: str
    drawing: str
    harder: str = ""


_PLANS: Final[dict[str, str]] = {
    "-": "",
    "bands": "resistance bands",
    "calf": "calf raises",
    "balance": "balance drills",
    "mobility": "ankle mobility",
}


def _read_row(
    key: str, phase: str, side: str, dose: str, stop: str, needs: str, plan: str, drawing: str, harder: str
) -> GuideExercise:
    kept = () if needs == "-" else tuple(needs.split("+"))
    return GuideExercise(
        key, phase, side == "side", dose, stop, kept, _PLANS[plan], drawing, "" if harder == "-" else harder
    )


# key, phase, side, dose, stop, needs, part of the plan, drawing, harder form
_TABLE: Final = """
march                 warm-up    -    warm_up     pain     -         -        toe-walk        -
ankle_alphabet        no-weight  side alphabet    pain     chair     mobility ankle-alphabet  -
ankle_circles         mobility   side when_stiff  pain     chair     mobility ankle-circles   -
band_down             no-weight  side band        pain     band+roll bands    band-down       -
band_up               no-weight  side band        pain     band+anchor bands    band-up         -
band_outward          no-weight  side band        pain     band      bands    band-out        -
band_inward           no-weight  side band        pain     band+anchor bands    band-in         -
band_lying            no-weight  side several     pain     band+anchor bands    band-in         -
static_holds          no-weight  side none        fresh    wall      -        band-out        -
marbles               no-weight  side none        pain     marbles   -        towel-stretch   -
arch_raise            weight     side daily       pain     -         -        arch-raise      -
knee_to_wall          mobility   side when_stiff  stretch  wall      mobility knee-to-wall    -
calf_stretch_straight mobility   side none        stretch  wall      mobility knee-to-wall    -
calf_stretch_bent     mobility   side none        stretch  wall      mobility knee-to-wall    -
heel_stretch          mobility   side none        stretch  towel     mobility towel-stretch   -
calf_raise            weight     -    daily_pause pain     support   calf     calf-raise      calf_raise_one
calf_raise_one        weight     side daily       pain     support   calf     calf-raise-one  calf_raise_step
calf_raise_slow       weight     side daily       pain     support   calf     calf-raise-one  -
soleus_raise          weight     -    daily       pain     support   calf     soleus-raise    -
calf_raise_step      weight     -    none        pain     step+rail calf     calf-raise-step calf_raise_weight
calf_raise_weight     weight     -    none        pain     weight    calf     calf-raise      -
shin_raise            weight     -    daily       pain     wall      -        tib-raise       -
heel_walk             weight     -    none        pain     -         -        heel-walk       -
toe_walk              weight     -    none        pain     -         -        toe-walk        -
step_up               weight     side none        pain     step      -        step-up         -
one_leg_stand         balance    side balance     gives_way wall      balance  stand-right     -
one_leg_knee_up       balance    side balance     gives_way wall      balance  stand-right     -
one_leg_sweep         balance    side none        gives_way wall      balance  stand-right     -
one_leg_closed        balance    side balance     dizzy    helper    balance  stand-right     -
one_leg_cushion       balance    side balance     gives_way cushion   balance  foam            -
wobble_board          balance    -    none        gives_way board     balance  wobble-board    -
daily_balance         balance    side daily       gives_way -         balance  stand-right     -
line_walk             balance    -    cool_down   gives_way line      balance  heel-to-toe-walk -
one_leg_hinge         functional side daily       gives_way space     -        single-leg-rdl  -
reverse_lunge         functional side daily       gives_way space     -        reverse-lunge   -
one_leg_squat         functional side daily       gives_way counter   -        single-leg-squat -
duck_walk             functional -    none        gives_way space     -        single-leg-squat -
duck_walk_side        functional -    five_each   gives_way space     -        single-leg-squat -
side_hops             functional -    twenty      hop      -         -        lateral-hops    -
side_hops_one         functional side twenty_leg  hop      shoes     -        lateral-hops    -
"""
EXERCISES: Final = tuple(_read_row(*line.split()) for line in _TABLE.strip().splitlines())
BY_KEY: Final = {exercise.key: exercise for exercise in EXERCISES}


def key_of(name: str) -> str:
    """Return the key of an exercise as a log names it; empty for what is none of the guides'.

    >>> key_of("Calf raise one"), key_of("swimming")
    ('calf_raise_one', '')
    """
    key = "_".join(name.casefold().replace("_", " ").split())
    return key if key in BY_KEY else ""


def name_of(key: str) -> str:
    """Return an exercise as the log names it: its key in words.

    >>> name_of("calf_raise_one")
    'calf raise one'
    """
    return key.replace("_", " ")


def nearest_name(name: str, others: Iterable[str] = ()) -> str:
    """Return the exercise whose name is most like `name`, empty where none is; `others` are known beside.

    >>> nearest_name("clf raise")
    'calf raise'
    """
    known = [*(name_of(exercise.key) for exercise in EXERCISES), *others]
    found = get_close_matches(" ".join(name.casefold().split()), known, n=1, cutoff=0.75)
    return found[0] if found else ""


def plan_part_of(name: str) -> str:
    """Return the part of the plan that an exercise of the log counts for, the name itself for any other.

    >>> plan_part_of("band outward"), plan_part_of("calf raises")
    ('resistance bands', 'calf raises')
    """
    key = key_of(name)
    return BY_KEY[key].plan if key and BY_KEY[key].plan else name
