"""Follow made people, count wrong and right verdicts and what is withdrawn, and write verdicts.md.

``python docs/validation/make_verdicts.py`` takes some minutes on one core; the rule is the product's own.
"""

import math
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from surefoot.reliability import (
    Noise,
    Rule,
    follow,
    gather_sessions,
    is_scattered,
    is_unchanged,
    ratio_of_legs,
)
from surefoot.reliability.follow_up import SAME, compare_periods, looks
from surefoot.change.verdicts.judging import LIKEWISE_SDS, MORE_SDS, PRACTICE, leanings

PAGE = Path(__file__).with_name("verdicts.md")
# Limits and thresholds were set on seeds below 1000; what is reported comes from these.
PEOPLE, REPORTING_SEED, SESSIONS = 3000, 9000, 36
CORRELATIONS = (0.0, 0.3, 0.6)
TRIALS = (1, 3, (1, 5))
PRIOR = Noise(0.09, 0.15, "made")


# --- made people -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class World:
    """How people vary who do not change: `trials` a session (a number, or least and most), SDs, troubles."""

    trials: int | tuple[int, int] = 3
    correlation: float = 0.3
    day_sd: float = 0.09
    trial_sd: float = 0.15
    tail: str = "normal"
    outliers: float = 0.0
    missed: float = 0.0
    first: float = 0.0


def _draw(generator, shape, tail):
    """Return draws of variance 1."""
    if tail == "t(3)":
        return generator.standard_t(3, shape) / math.sqrt(3)
    if tail == "Laplace":
        return generator.laplace(0, math.sqrt(0.5), shape)
    if tail == "skewed":
        return generator.exponential(1, shape) - 1
    return generator.standard_normal(shape)


def draw_days(generator, people, sessions, correlation, tail="normal"):
    """Return effects of days (people, sessions) of variance 1 that hang together (AR(1))."""
    fresh = _draw(generator, (people, sessions), tail)
    day = fresh.copy()
    for index in range(1, sessions):
        day[:, index] = correlation * day[:, index - 1] + math.sqrt(1 - correlation**2) * fresh[:, index]
    return day


def draw(world, seed, true=0.0, people=PEOPLE, sessions=SESSIONS, shared=0.0):
    """Return ln values (people, sessions, most trials) on the course `true`, NaN where there is no trial.

    `shared` is added to each session as it is: what the day does to both legs alike.
    """
    generator = np.random.default_rng(seed)
    most = world.trials if isinstance(world.trials, int) else world.trials[1]
    drawn = 2 * sessions + 10 if world.missed else sessions
    day = draw_days(generator, people, drawn, world.correlation, world.tail)
    if world.missed:
        kept = np.argsort(generator.random(day.shape) < world.missed, axis=1, kind="stable")
        day = np.take_along_axis(day, kept[:, :sessions], 1)
    level = np.broadcast_to(true, (people, sessions)) + world.day_sd * day + shared
    values = level[:, :, None] + world.trial_sd * _draw(generator, (people, sessions, most), world.tail)
    values[:, :, 0] += math.log1p(world.first)
    wild = generator.random(values.shape) < world.outliers
    values = values + wild * np.log(generator.uniform(1.5, 3.0, values.shape))
    if isinstance(world.trials, tuple):
        count = generator.integers(world.trials[0], world.trials[1] + 1, (people, sessions, 1))
        values = np.where(np.arange(most) < count, values, np.nan)
    return values


def course(shape, change, over, sessions=SESSIONS):
    """Return the true ln values of a change by `change` within, or at, session `over`."""
    at = np.arange(sessions)
    done = {
        "straight": np.minimum(at / (over - 1), 1),
        "quick": (1 - np.exp(-3 * np.minimum(at, over - 1) / (over - 1))) / (1 - math.exp(-3)),
        "step": (at >= over).astype(float),
        "practice": 1 - np.exp(-at / over),
    }[shape]
    return np.log1p(change * done)


# --- what is said ----------------------------------------------------------------------------------------
def say(values, rule=Rule(), prior=PRIOR):
    """Return the follow-up of ln values (people, sessions, trials)."""
    return follow(gather_sessions(values, prior), rule)


def state(world, seed, true=0.0, **more):
    """Return what is told after each session (people, sessions): -1, 0 or 1."""
    return say(draw(world, seed, true, **more)).state


def ever_false(world, seed, people=PEOPLE, sessions=30, rule=Rule()):
    """Return the share of people who do not change and hear even one verdict in so many sessions."""
    found = say(draw(world, seed, people=people, sessions=sessions), rule).state
    return (found != 0).any(1).mean()


def by_session(flags, *sessions):
    """Return the shares who have heard it by the given sessions."""
    ever = np.maximum.accumulate(flags, 1)
    return [ever[:, session - 1].mean() for session in sessions]


def within(flags, at, sessions):
    """Return the share who hear it in so many sessions from index `at` on."""
    return flags[:, at : at + sessions].any(1).mean()


def withdrawn(told, settled):
    """Return, of all who ever heard it, the share from whom it is taken back once nothing changes more."""
    ever = np.maximum.accumulate(told, 1)
    heard = ever[:, -1]
    return (ever & ~told)[heard, settled:].any(1).mean() if heard.any() else 0.0


def no_change(values, prior=PRIOR):
    """Return where "no change" is said."""
    sessions = gather_sessions(values, prior)
    return is_unchanged(sessions, follow(sessions), SAME * prior.gain)


def scattered(world, seed, true=0.0, people=PEOPLE, sessions=30):
    """Return where people hear that their values scatter more than the rule was tried for."""
    return is_scattered(gather_sessions(draw(world, seed, true, people, sessions), PRIOR))


def legs(world, seed, share, injured=0.0, other=0.0, people=PEOPLE, sessions=SESSIONS):
    """Return ln values of the injured and of the other leg, which share so much of the day's variance."""
    days = draw_days(np.random.default_rng(seed + 500), people, sessions, world.correlation)
    common = world.day_sd * math.sqrt(share) * days
    rest = replace(world, day_sd=world.day_sd * math.sqrt(1 - share))
    return tuple(
        draw(rest, seed + index, true, people, sessions, common)
        for index, true in enumerate((injured, other))
    )


def other_leg(injured, other):
    """Return where the injured leg is told anything, "more than the other", and "likewise"."""
    mine, its = (gather_sessions(values, PRIOR) for values in (injured, other))
    followed = follow(mine)
    less, likewise = (np.zeros(followed.state.shape, bool) for _ in range(2))
    for ratio, alone in zip(looks(ratio_of_legs(mine, its)), looks(its), strict=True):
        now = ratio.count - 1
        pair = (followed.start[:, now], followed.end[:, now], followed.lately[:, now])
        more, also = leanings(followed.state[:, now], ratio, alone, *pair)
        told = followed.state[:, now] != 0
        less[:, now] = told & (more > MORE_SDS)
        likewise[:, now] = told & ~less[:, now] & (also > LIKEWISE_SDS)
    return followed.state, less, likewise


def sizes(world, seed, true, later=0):
    """Return told and true change of those told "steadier", and how often the interval holds the true one.

    So many sessions after the first telling, of those still told.
    """
    followed = say(draw(world, seed, true))
    told = followed.state == -1
    row = np.flatnonzero(told.any(1))
    now = told[row].argmax(1) + later
    row, now = row[now < SESSIONS], now[now < SESSIONS]
    row, now = row[told[row, now]], now[told[row, now]]
    sums = np.concatenate([[0], np.cumsum(true)])
    start, end, lately = (column[row, now] for column in (followed.start, followed.end, followed.lately))
    really = (sums[now + 1] - sums[now + 1 - lately]) / lately - (sums[end] - sums[start]) / (end - start)
    size, half = followed.difference[row, now], 1.96 * followed.sd[row, now]
    return np.expm1(size.mean()), np.expm1(really.mean()), (np.abs(size - really) <= half).mean()


def beyond_practice(followed):
    """Return where "steadier" is said without the words that some of it may be practice."""
    return (followed.state == -1) & (followed.difference + 1.96 * followed.sd < -PRACTICE)


# --- the textbook ways and the earlier rule --------------------------------------------------------------
def pair_beyond(values):
    """Return -1, 0, 1: the newest session against the first, beyond 1.96 SD of their difference."""
    sessions = gather_sessions(values, PRIOR)
    day, trial = PRIOR.day_sd**2, PRIOR.trial_sd**2
    sd = np.sqrt(2 * day + trial * (1 / sessions.trials + 1 / sessions.trials[:, :1]))
    z = (sessions.values - sessions.values[:, :1]) / sd
    return np.where(np.abs(z) > 1.96, np.sign(z), 0).astype(int)


def theil_sen(values):
    """Return -1, 0, 1: Theil and Sen's slope over all sessions so far, its 95 % interval without zero.

    Sen's ranks, as scipy.stats.theilslopes takes them where no two values are alike, for everybody at once.
    """
    means = np.nanmean(values, 2)
    found = np.zeros(means.shape, int)
    for count in range(5, means.shape[1] + 1):
        early, late = np.triu_indices(count, 1)
        slopes = np.sort((means[:, late] - means[:, early]) / (late - early), 1)
        pairs = slopes.shape[1]
        spread = 1.959964 * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
        low = slopes[:, max(round((pairs - spread) / 2) - 1, 0)]
        high = slopes[:, min(round((pairs + spread) / 2), pairs - 1)]
        found[:, count - 1] = np.where(low > 0, 1, np.where(high < 0, -1, 0))
    return found


def earlier_rule(values):
    """Return -1, 0, 1 as the rule said that this one replaced."""
    sys.path.insert(0, str(Path(__file__).parent))
    from earlier_rule import states

    days = [[[v for v in day if not math.isnan(v)] for day in person] for person in values.tolist()]
    return np.array([states(person) for person in days])


# --- the page --------------------------------------------------------------------------------------------
CONDITIONS = {
    "as assumed": World(),
    "tails of t(3)": World(tail="t(3)"),
    "Laplace tails": World(tail="Laplace"),
    "skewed": World(tail="skewed"),
    "one trial in 20 is × 1.5 to × 3": World(outliers=0.05),
    "20 % of days missed": World(missed=0.2),
    "first trial of the day 12 % worse": World(first=0.12),
    "t(3), outliers, missed days, first trial together": World(
        tail="t(3)", outliers=0.05, missed=0.2, first=0.12
    ),
}
NOISES = {
    "quieter, 6 and 10 %": World(day_sd=0.06, trial_sd=0.10),
    "noisier, 12 and 15 %": World(day_sd=0.12),
    "noisier, 12 and 20 %": World(day_sd=0.12, trial_sd=0.20),
    "noisier, 15 and 20 %": World(day_sd=0.15, trial_sd=0.20),
    "twice as noisy, 18 and 30 %": World(day_sd=0.18, trial_sd=0.30),
}
BETWEEN_PEOPLE_SD = 0.35
NAMES = {1: "1 trial", 3: "3 trials", (1, 5): "1 to 5"}


def pct(shares):
    """Return shares as per cent: 0.5 and 1 → "50 / 100"."""
    return " / ".join(
        f"{100 * share:.1f}" if share < 0.0995 else f"{100 * share:.0f}" for share in np.atleast_1d(shares)
    )


def table(head, rows):
    """Return a Markdown table; tells its rows as they come."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        lines.append(re.sub(r"(?<!\w)-(?=\d)", "−", "| " + " | ".join(row) + " |"))
        print(lines[-1], flush=True)
    return "\n".join(lines)


def false_rows(worlds):
    for name, world in worlds.items():
        cells = []
        for trials in TRIALS:
            each = [replace(world, trials=trials, correlation=c) for c in CORRELATIONS]
            cells.append(pct([ever_false(w, REPORTING_SEED + k) for k, w in enumerate(each)]))
        yield (name, *cells)


def reliability_worlds():
    """Return worlds of home-like reliability: one session of so many trials, people 0.35 apart."""
    for icc in (0.2, 0.5, 0.7):
        for trials in (1, 3):
            spare = BETWEEN_PEOPLE_SD**2 * (1 - icc) / icc - 0.15**2 / trials
            yield f"ICC {icc}, {NAMES[trials]}", World(trials=trials, day_sd=math.sqrt(max(spare, 0)))


def reliability_rows():
    half = course("quick", -0.5, 12)
    for name, world in reliability_worlds():
        each = [replace(world, correlation=c) for c in CORRELATIONS]
        false = [ever_false(w, REPORTING_SEED + 60 + k) for k, w in enumerate(each)]
        told = state(world, REPORTING_SEED + 64, half)
        told_scatter = scattered(world, REPORTING_SEED + 65)
        yield (
            f"{name} (day {100 * world.day_sd:.0f} %)",
            pct(false),
            pct(by_session(told == -1, 12, 16, 24)),
            pct((told == 1).any(1).mean()),
            pct(by_session(told_scatter, 8)),
        )


def course_rows(trials):
    for shape in ("straight", "quick"):
        for change in (-0.25, -0.35, -0.5, -0.65):
            for over in (6, 12, 18):
                true = course(shape, change, over)
                found = state(World(trials=trials), REPORTING_SEED + 10, true)
                told = found == -1
                first = np.where(told.any(1), told.argmax(1) + 1, 99)
                median = np.median(first)
                yield (
                    f"{100 * change:.0f} % {'quick at first' if shape == 'quick' else shape} within {over}",
                    *(pct(by_session(told, k)) for k in (8, 12, 16, 20, 24)),
                    "–" if median > SESSIONS else f"{median:.0f}",
                    pct(withdrawn(told, over)),
                    pct((found == 1).any(1).mean()),
                )


def sudden_rows(trials):
    for change in (-0.25, -0.35, -0.5, -0.65, 0.3, 0.5, 1.0):
        cells = []
        for at in (8, 12, 20):
            told = state(World(trials=trials), REPORTING_SEED + 11, course("step", change, at)) == np.sign(
                change
            )
            cells.append(pct([within(told, at, 6), within(told, at, 10)]))
        yield (f"{100 * change:+.0f} % at once", *cells)


def turn_rows():
    half = course("quick", -0.5, 12)
    later = np.arange(SESSIONS) >= 20
    first = course("quick", -0.35, 8) + course("quick", -0.35, 8)[np.clip(np.arange(SESSIONS) - 18, 0, 99)]
    courses = {
        "−50 % quick in 12, then × 1.5 at 20": half + math.log(1.5) * later,
        "−50 % quick in 12, then × 2 at 20": half + math.log(2) * later,
    }
    for name, true in courses.items():
        cells = []
        for trials in TRIALS:
            up = state(World(trials=trials), REPORTING_SEED + 12, true) == 1
            cells.append(pct([within(up, 20, 6), within(up, 20, 10)]))
        yield (f'{name}: told "less steady" within 6 / 10', *cells)
    cells = []
    for trials in TRIALS:
        told = state(World(trials=trials), REPORTING_SEED + 13, half * ~later) == -1
        cells.append(pct([(~told[told[:, 19], 19 + k]).mean() for k in (3, 6)]))
    yield ('−50 % quick in 12, all lost again at 20: of those told, no longer "steadier" 3 / 6 later', *cells)
    cells = []
    for trials in TRIALS:
        told = state(World(trials=trials), REPORTING_SEED + 14, first) == -1
        cells.append(pct([*by_session(told, 18, 28), withdrawn(told, 26)]))
    yield ("plateau: −35 % quick in 8, level, again −35 % from 18 on: told by 18 / 28; withdrawn", *cells)


def rhythm_rows():
    """Return rows of one, two and three sessions a week: days further apart hang together less."""
    for a_week, over in ((1, 6), (2, 12), (3, 18)):
        cells = []
        for change, trials in ((-0.5, 3), (-0.5, 1), (-0.35, 3)):
            world = World(trials=trials, correlation=0.3 ** (2 / a_week))
            told = state(world, REPORTING_SEED + 15, course("quick", change, over)) == -1
            cells.append(pct(by_session(told, *(week * a_week for week in (6, 8, 12)))))
        yield (f"{a_week} a week", *cells)


def size_rows():
    for trials in (3, 1):
        for shape, change, over in (("quick", -0.5, 12), ("quick", -0.35, 12), ("straight", -0.5, 12)):
            true = course(shape, change, over)
            cells = []
            for later in (0, 4, 12):
                told, really, held = sizes(World(trials=trials), REPORTING_SEED + 16, true, later)
                cells.append(f"{100 * told:.0f} for {100 * really:.0f} ({100 * held:.0f} %)")
            yield (f"{NAMES[trials]}, {100 * change:.0f} % {shape} in {over}", *cells)


def leg_rows():
    learnt, half = course("practice", -0.26, 2), course("quick", -0.5, 12)
    cases = {
        "−50 % quick in 12": (half, 0.0),
        "the same, practice alike on both": (half + learnt, learnt),
        "−35 % quick in 12": (course("quick", -0.35, 12), 0.0),
        "both legs −50 % alike": (half, half),
        "both only practise": (learnt, learnt),
        "only the other leg −50 % at 8": (0.0, course("step", -0.5, 8)),
        "only the other leg × 2 at 8": (0.0, course("step", 1.0, 8)),
        "nothing": (0.0, 0.0),
    }
    for name, (injured, other) in cases.items():
        for trials in (3, 1):
            found, less, likewise = other_leg(
                *legs(World(trials=trials), REPORTING_SEED + 30, 0.5, injured, other)
            )
            yield (
                f"{name}, {NAMES[trials]}",
                pct(by_session(found != 0, 8, 12, 16, 36)),
                pct(by_session(less, 8, 12, 16, 36)),
                pct(by_session(likewise, 8, 12, 16, 36)),
            )


def same_rows():
    yield (
        "who never change",
        *(pct(by_session(no_change(draw(World(t), REPORTING_SEED + 41)), 12, 16, 24, 36)) for t in TRIALS),
    )
    for shape, change, over in (
        ("quick", -0.35, 6), ("quick", -0.35, 12), ("quick", -0.35, 18), ("straight", -0.35, 6),
        ("straight", -0.35, 12), ("straight", -0.35, 18), ("step", -0.35, 8), ("step", -0.35, 12),
        ("step", -0.35, 20), ("quick", -0.5, 12), ("quick", -0.25, 12),
    ):  # fmt: skip
        # Six sessions after a step the newest six are all after it.
        since = over + 5 if shape == "step" else over - 1
        said = [no_change(draw(World(t), REPORTING_SEED + 42, course(shape, change, over))) for t in TRIALS]
        yield (
            f"{100 * change:.0f} % {shape} {'at' if shape == 'step' else 'in'} {over}, once fallen",
            *(pct(each[:, since:].any(1).mean()) for each in said),
        )


def practice_rows():
    cases = {
        "practice alone, −26 %, quick": course("practice", -0.26, 2),
        "practice alone, −26 % straight over six": np.log(0.74) * np.minimum(np.arange(SESSIONS), 5) / 5,
        "−35 % quick in 12": course("quick", -0.35, 12),
        "−50 % quick in 12": course("quick", -0.5, 12),
        "−50 % quick in 12, and practice": course("quick", -0.5, 12) + course("practice", -0.26, 2),
    }
    for name, true in cases.items():
        for trials in (3, 1):
            followed = say(draw(World(trials), REPORTING_SEED + 50, true))
            yield (
                f"{name}, {NAMES[trials]}",
                pct(by_session(followed.state == -1, 8, 12, 16, 36)),
                pct(by_session(beyond_practice(followed), 8, 12, 16, 36)),
            )


def several_rows():
    for name, seeds in (("one leg, one test", 1), ("two legs", 2), ("two legs, eyes open and closed", 4)):
        cells = []
        for trials in (1, 3):
            shares = []
            for correlation in CORRELATIONS:
                world = World(trials, correlation)
                found = [
                    (state(world, REPORTING_SEED + 20 + k, sessions=30) != 0).any(1) for k in range(seeds)
                ]
                shares.append(np.logical_or.reduce(found).mean())
            cells.append(pct(shares))
        yield (name, *cells)


def scatter_rows():
    cases = {
        "as assumed": (World(), 0.0),
        "12 and 20 %": (NOISES["noisier, 12 and 20 %"], 0.0),
        "twice as noisy": (NOISES["twice as noisy, 18 and 30 %"], 0.0),
        "as assumed, −50 % quick in 12": (World(), course("quick", -0.5, 12, 30)),
        "as assumed, −50 % at once at 8": (World(), course("step", -0.5, 8, 30)),
    }
    for name, (world, true) in cases.items():
        yield (
            name,
            *(
                pct(by_session(scattered(replace(world, trials=t), REPORTING_SEED + 70, true), 8, 30))
                for t in TRIALS
            ),
        )


def ways_rows(people=PEOPLE):
    """Return the ways beside one another, three trials a session."""
    ways = {
        "this rule": lambda values: say(values).state,
        "newest session against the first, beyond MDC95": pair_beyond,
        "Theil and Sen's interval without zero": theil_sen,
        "the earlier rule": earlier_rule,
    }
    half = course("quick", -0.5, 12)
    made = {
        "still": draw(World(correlation=0.0), REPORTING_SEED + 80, people=people, sessions=30),
        "still, 0.6": draw(World(correlation=0.6), REPORTING_SEED + 81, people=people, sessions=30),
        "half": draw(World(), REPORTING_SEED + 82, half, people),
        "slow": draw(World(), REPORTING_SEED + 83, course("straight", -0.46, 10), people),
        "late": draw(World(), REPORTING_SEED + 84, course("step", -0.25, 20), people),
        "worse": draw(
            World(), REPORTING_SEED + 85, half + math.log(1.5) * (np.arange(SESSIONS) >= 20), people
        ),
    }
    for name, way in ways.items():
        found = {key: way(values) for key, values in made.items()}
        yield (
            name,
            pct([(found[key] != 0).any(1).mean() for key in ("still", "still, 0.6")]),
            pct(by_session(found["half"] == -1, 8, 12, 16)),
            pct(withdrawn(found["half"] == -1, 12)),
            pct(by_session(found["slow"] == -1, 10, 12)),
            pct(within(found["late"] == -1, 20, 6)),
            pct(within(found["worse"] == 1, 20, 6)),
        )


def scaled_rows():
    """Return rows of areas and hold times: their noise is larger, and so is what a movement does to an area."""
    for name, times, gain in (("sway", 1.0, 1.0), ("areas, jerk, power", 2.0, 2.0), ("hold times", 2.9, 1.0)):
        prior = Noise(times * 0.09, times * 0.15, "made", times, gain)
        world = World(day_sd=prior.day_sd, trial_sd=prior.trial_sd)
        false = [
            (say(draw(replace(world, correlation=c), REPORTING_SEED + 90 + k, sessions=30), prior=prior).state != 0)
            .any(1).mean() for k, c in enumerate(CORRELATIONS)
        ]  # fmt: skip
        told = (
            say(draw(world, REPORTING_SEED + 93, gain * course("quick", -0.5, 12)), prior=prior).state == -1
        )
        still = no_change(draw(world, REPORTING_SEED + 94), prior)
        yield (name, pct(false), pct(by_session(told, 8, 12, 16)), pct(by_session(still, 16, 24)))


def power_table(trials):
    head = ("course", "by 8", "12", "16", "20", "24", "half told by", "withdrawn", '"less steady"')
    return table(head, course_rows(trials))


def main():
    """Write the page."""
    rho = "0 / 0.3 / 0.6"
    head = ["condition", *NAMES.values()]
    PAGE.write_text(
        f"""# How often a verdict is wrong, and how often it sees

Made by `python docs/validation/make_verdicts.py` with the rule that the product runs: {PEOPLE:,} made people a row, none of
the seeds that limits were set on. SD of ln values 9 % from day to day and 15 % from trial to trial unless told; days hang
together (AR(1)) by 0.3, or by {rho} where three figures stand, which the rule does not know. All figures are per cent.

## Who does not change

Share who hear even one "steadier" or "less steady" in 30 sessions, at a correlation of {rho}:

{table(head, false_rows(CONDITIONS))}

True noise other than assumed:

{table(head, false_rows(NOISES))}

**At home-like reliability the rule is not safe.** Where one session tells people apart no better than an ICC of 0.5, and bad
and good days come in runs, more than one person in four hears a change that is none. So such people are told that their values
vary more than the rule was tried for, and what helps (last column: told by the eighth session).

{table(("reliability of one session", f"any false verdict, {rho}", "−50 % quick in 12, told by 12 / 16 / 24", '"less steady" to them', "scatter told by 8"), reliability_rows())}

Scatter beyond what the rule was tried for is told by session 8 / 30 to:

{table(head, scatter_rows())}

Several trends, each judged by itself; any false verdict in 30 sessions, {rho}. Speak from one test named beforehand.

{table(("followed", "1 trial", "3 trials"), several_rows())}

## Who recovers

Told "steadier" by session; "withdrawn" is of all who ever heard it, after the change is over; "less steady" is ever.

Three trials a session:

{power_table(3)}

One trial a session:

{power_table(1)}

One to five trials a session:

{power_table((1, 5))}

At once, told within 6 / 10 sessions after session 8, 12 and 20. Three trials, then one:

{table(("change", "at 8", "at 12", "at 20"), sudden_rows(3))}

{table(("change", "at 8", "at 12", "at 20"), sudden_rows(1))}

Relapse, loss and plateau:

{table(["course", *NAMES.values()], turn_rows())}

The same recovery of six weeks at other rhythms, quick at first; told by week 6 / 8 / 12:

{table(("sessions", "−50 %, 3 trials", "−50 %, 1 trial", "−35 %, 3 trials"), rhythm_rows())}

**The size.** Told for true change in per cent between the two periods named, and how often the 95 % interval holds the true
one. The first telling flatters; the size is therefore given anew each time, with its interval.

{table(("course", "at the first telling", "four sessions later", "twelve later"), size_rows())}

## The other leg

Half of the day's variance is common to both legs. Told by session 8 / 12 / 16 / 36:

{table(("course of the injured leg", "any verdict", '"more than the other leg"', '"the other leg did likewise"'), leg_rows())}

## "No real change"

Said by session 12 / 16 / 24 / 36, or ever:

{table(head, same_rows())}

"Once fallen" counts from the end of the fall, after a step from six sessions later on, when the newest six are all after it;
right after a step the newest sessions are still mostly those before it.

## Practice

Told "steadier" by session 8 / 12 / 16 / 36, and told so without the words that some of it may be practice:

{table(("course", "steadier", "beyond practice"), practice_rows())}

## Measures that vary more

Three trials. −50 % is that of the movement for sway and areas, of the time itself for holds; "no real change" means less than
35 % of the same.

{table(("measure", f"any false verdict, {rho}", "−50 % quick in 12, by 8 / 12 / 16", '"no real change" by 16 / 24'), scaled_rows())}

## Beside other ways

Three trials, asked after every session.

{table(("way", "any false verdict in 30, correlation 0 / 0.6", "−50 % quick in 12, by 8 / 12 / 16", "withdrawn", "−46 % straight in 10, by 10 / 12", "−25 % at 20, within six", "relapse × 1.5 at 20, within six"), ways_rows())}

**What this is worth.** These are made people: real ones may vary in ways that nobody drew here. A share of 5 % among
{PEOPLE:,} is known to 0.8 %. The first sessions carry much: whoever tests three times a session hears weeks earlier.
""",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
