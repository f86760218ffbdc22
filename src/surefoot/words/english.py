"""English: every sentence by its key, and what numbers and dates need."""

from collections.abc import Mapping
from typing import Final

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
# Counts as they stand in a sentence; larger ones are digits.
COUNTS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip

TEXTS: Final[Mapping[str, str]] = {
    # Conditions
    "side.left": "left",
    "side.right": "right",
    "leg.left": "left leg",
    "leg.right": "right leg",
    "leg.both": "both legs",
    "behind.left": "left leg behind",
    "behind.right": "right leg behind",
    "behind.both": "both legs",
    "test.single-leg": "one leg",
    "test.two-legs": "two legs",
    "test.tandem": "tandem",
    "test.wobble-board": "wobble board",
    "eyes.open": "eyes open",
    "eyes.closed": "eyes closed",
    "sensor": "sensor {place}",
    "place.lumbar": "on the lower back",
    "place.chest": "on the chest",
    "place.pocket": "in the pocket",
    "place.thigh": "on the thigh",
    "place.shin": "on the shin",
    "place.board": "on the board",
    "day": "{day} {month}",
    "day and year": "{day} {month} {year}",
    "day.none": "no date",
    "days.none": "no dates",
    "days.span": "{first} to {last}",
    "days.within a month": "{first}–{last}",
    "days.since": "from {first}",
    # Results
    "value.none": "not available",
    "value.main": "Main value",
    "value.held": "held {value}",
    "value.at least": "at least {value}",
    "count.trials.one": "{n} trial",
    "count.trials.other": "{n} trials",
    "count.sessions.one": "{n} session",
    "count.sessions.other": "{n} sessions",
    "count.more sessions.one": "{n} more session",
    "count.more sessions.other": "{n} more sessions",
    "trend.slope": "{slope} a week",
    "trend.slope and interval": (
        "{slope} a week (95 % interval {low} to {high}; Theil–Sen, taking sessions as independent)"
    ),
    "trend.no slope": "not given; the reason stands beside the verdict",
    "trend.band": "{low} to {high}",
    "trend.no band": "not known yet; the reason stands beside the verdict",
    "trend.smallest": "{drop} % lower or {rise} % higher, from {source}",
    "trend.picture": "{sentence}. {label}, {sessions}, from {first} to {last}.",
    "period.last.one": "last session ({when})",
    "period.last.other": "last {n} sessions ({when})",
    "period.first": "first {n} ({when})",
    "period.earlier": "{n} earlier ones ({when})",
    "period.pace": " ({weeks} weeks at your pace)",
    "way.lower": "lower",
    "way.higher": "higher",
    "way.steadier": "steadier",
    "way.less steady": "less steady",
    "on leg": "on your {leg} leg, ",
    "better.lower": "Lower is steadier.",
    "better.higher": "Higher is steadier.",
    "better.neither": "",
    # A trend: its verdict in few words, then in whole sentences by state and kind of measure
    "short.shown": "only shown",
    "short.wait": "too early to say",
    "short.steadier": "steadier",
    "short.steadier, fading": "steadier",
    "short.less steady": "less steady",
    "short.less steady, fading": "less steady",
    "short.same": "about the same",
    "short.no longer steadier": "moved back",
    "short.no longer less steady": "back up",
    "short.unsure": "no sure change yet",
    "short.leaning": "no sure change yet",
    "short.unsure for long": "no sure change yet",
    "verdict.shown.sway": "{label} is only shown; no verdict rests on it.",
    "verdict.wait.sway.one": (
        "{n} of {needed} sessions is done. {More} more, and I can compare your last with your first."
    ),
    "verdict.wait.sway.other": (
        "{n} of {needed} sessions are done. {More} more, and I can compare your last with your first."
    ),
    "verdict.steadier.sway": (
        "{On}your {lately} are about {pct} % steadier ({low} to {high} %) than your {before}: more than "
        "chance{other}."
    ),
    "verdict.steadier.hold": (
        "{On}you held about {pct} % longer ({low} to {high} %) in your {lately} than in your {before}: more "
        "than chance{other}."
    ),
    "verdict.steadier.other": (
        "{label}: your {lately} are about {pct} % {way} ({low} to {high} %) than your {before}. {Way} is "
        "steadier, and this is more than chance{other}."
    ),
    "verdict.steadier, fading.sway": (
        "{On}your {lately} are still about {pct} % steadier ({low} to {high} %) than your {before}, if less "
        "clearly than before{other}."
    ),
    "verdict.steadier, fading.hold": (
        "{On}you still held about {pct} % longer ({low} to {high} %) in your {lately} than in your "
        "{before}, if less clearly than before{other}."
    ),
    "verdict.steadier, fading.other": (
        "{label}: your {lately} are about {pct} % {way} ({low} to {high} %) than your {before}. {Way} is "
        "steadier, if less clearly so than before{other}."
    ),
    "verdict.less steady.sway": (
        "{On}your {lately} are about {pct} % less steady ({low} to {high} %) than your {before}: more than "
        "chance{other}."
    ),
    "verdict.less steady.hold": (
        "{On}you held about {pct} % shorter ({low} to {high} %) in your {lately} than in your {before}: "
        "more than chance{other}."
    ),
    "verdict.less steady.other": (
        "{label}: your {lately} are about {pct} % {way} ({low} to {high} %) than your {before}. {Way} is "
        "less steady, and this is more than chance{other}."
    ),
    "verdict.less steady, fading.sway": (
        "{On}your {lately} are still about {pct} % less steady ({low} to {high} %) than your {before}, if "
        "less clearly than before{other}."
    ),
    "verdict.less steady, fading.hold": (
        "{On}you still held about {pct} % shorter ({low} to {high} %) in your {lately} than in your "
        "{before}, if less clearly than before{other}."
    ),
    "verdict.less steady, fading.other": (
        "{label}: your {lately} are about {pct} % {way} ({low} to {high} %) than your {before}. {Way} is "
        "less steady, if less clearly so than before{other}."
    ),
    "verdict.same.sway": (
        "{On}your {lately} are about the same as your {before}: a change of {same} % or more would have "
        "shown by now."
    ),
    "verdict.same.other": (
        "{label}: your {lately} are about the same as your {before}. A change of {same} % or more would "
        "have shown by now."
    ),
    "verdict.no longer steadier.sway": (
        "{On}you were steadier for a while; your {lately} have moved back towards your {before}, so that no "
        "longer holds."
    ),
    "verdict.no longer less steady.sway": (
        "{On}you were less steady for a while; your {lately} have come back towards your {before}, so that "
        "no longer holds."
    ),
    "verdict.unsure.sway": (
        "{On}your {lately} and your {before} differ by no more than chance can do. With about {more}{pace}, "
        "a change of {same} % would show."
    ),
    "verdict.leaning.sway": (
        "{On}your {lately} are a little {lean} than your {before}, but chance can do as much. The next "
        "sessions will tell."
    ),
    "verdict.unsure for long.sway": (
        "{On}your {lately} and your {before} differ by no more than chance can do. Results like these vary "
        "so much that only large changes show; the same time of day, the same place and three trials each "
        "time help."
    ),
    "other leg.steadier.sway": (
        ", and more than your {leg} leg did: {then} times as much sway then, {now} times now"
    ),
    "other leg.steadier.hold": (
        ", and more than your {leg} leg did: {then} times as long a hold then, {now} times now"
    ),
    "other leg.steadier.other": (
        ", and more than your {leg} leg did: {then} times its value then, {now} times now"
    ),
    "other leg.less steady.sway": (
        ", and your {leg} leg did not slip as much: {then} times as much sway then, {now} times now"
    ),
    "other leg.less steady.hold": (
        ", and your {leg} leg did not slip as much: {then} times as long a hold then, {now} times now"
    ),
    "other leg.less steady.other": (
        ", and your {leg} leg did not slip as much: {then} times its value then, {now} times now"
    ),
    "part.level": "Lately it stays about there.",
    "part.practice": "Some of it may be practice.",
    "part.practice, beyond the other leg": "A part of it may still be practice.",
    "part.beyond practice": "That is more than practice alone tends to give.",
    "part.likewise steadier": (
        "Your {leg} leg gained too in the same time, so it may be practice or the days."
    ),
    "part.likewise less steady": (
        "Your {leg} leg slipped too in the same time: it may be the days, not the leg."
    ),
    "part.scatter": (
        "Your results vary more than I was tried for, so take this with care: the same time of day, the "
        "same place and three trials each time help."
    ),
    "noise.seen": (
        "With this phone and your way of testing, a change of {size} % can be seen after {sessions}."
    ),
    "noise.unseen": (
        "With your way of testing only very large changes can be seen: the same time of day, the same place "
        "and three trials each time help."
    ),
    "many": (
        "I looked at {count} trends. The more there are, the more often one of them moves by chance: go by "
        "the test that you chose beforehand."
    ),
    "times.0": "never",
    "times.1": "once",
    "times.2": "twice",
    "times": "{n} times",
    "progress.held whole": "You held the whole {now} seconds.",
    "progress.held first": "You held {now} seconds. That is your first point.",
    "progress.held more": "You held {now} seconds, {more} more than last time.",
    "progress.held same": "You held {now} seconds, as long as last time.",
    "progress.held less": "You held {now} seconds. Last time it was {last}.",
    "progress.touched never": "Your foot never touched down.",
    "progress.touched fewer": "Your foot touched down {now}. Last time it was {last}.",
    "progress.legs differ": (
        "Today you sway about {ratio} times as much on your {leg} leg as on your {other} leg ({low} to "
        "{high})."
    ),
    "progress.legs alike": "Today I see no sure gap between your legs.",
    # Two trials
    "pair.steadier": "steadier",
    "pair.less steady": "less steady",
    "pair.no real change": "about the same",
    "pair.cannot say": "no sure answer yet",
    "pair.within": "{label} is {moved}; noise alone reaches {drop} % lower or {rise} % higher.",
    "pair.beyond": (
        "{label} is {moved}, more than noise alone would give ({drop} % lower or {rise} % higher)."
    ),
    "pair.practice": "One of them is among your first two sessions: some of this may be learning the test.",
    "pair.trend": "All {count} sessions between them know more than these two trials: {named}. {reason}",
    "pair.beside": "Shown beside it; the verdict of this test rests on {primary}.",
    # Two parts of a test
    "parts.no same day": "The two parts were never measured on the same day.",
    "parts.none": "There is no trial with {part}.",
    "parts.none alike": (
        "There is no trial with {part} under the same settings; the nearest differs in {fields}."
    ),
    "parts.no meaning": "A ratio of {metric} says nothing.",
    "part of leg": "the {word} leg",
    "part of eyes": "eyes {word}",
    "part of surface": "{word} underfoot",
    # A report
    "report.title": "Balance of {person}",
    "report.somebody": "One person",
    "report.all numbers": "Balance of {who}: every number",
    "report.week": "week {n}",
    "report.ankle": ", {side} ankle",
    "report.hurt": "Hurt on {day}",
    "report.printed": "printed {day}",
    "report.weeks": "Over the weeks, steadier is up",
    "report.weeks since the injury": "Over the weeks since the injury, steadier is up",
    "report.against the other leg": (
        "Its {of} was {then} times that of the {leg} leg in the earlier sessions and is {now} times in "
        "the last."
    ),
    "report.waiting": "More sessions are needed before anything can be said of: {names}.",
    "report.no log": "No exercises were logged.",
    "report.conditions": (
        "{worn}; {shod}. {n} trials, {practice} of them practice; {warned} with a warning."
    ),
    "report.methods": (
        "How it was measured: acceleration of the trunk, or tilt of a board, {rate} samples a second; the "
        "last {seconds} s of each hold. Verdict: the best-supported earlier sessions against the last "
        "ones, under one limit for the whole follow-up, from this person's own noise. Ratios with 95 % "
        "interval; after a sprain both legs sway more, so the other leg is not a clean reference. "
        "Surefoot {version}, metrics version {metrics}. Surefoot is for personal tracking, education and "
        "research; it is not a medical device. It says how much somebody swayed, not why."
    ),
    "report.methods paragraph": (
        "Tests: {tests}. A phone or inertial sensor was worn {places}. Samples were resampled to 100 Hz, "
        "or to their own rate where that is lower ({low} to {high} Hz measured). Steady standing was "
        "found first; one analysed length per test serves every measure. Time-domain measures rest on "
        "signals after a zero-phase Butterworth low-pass of fourth order at 3.5 Hz on the body and 10 Hz "
        "on a board; spectra are Welch's with three Hann segments. Tilt: {tilt}. Trials of a day are one "
        "session (geometric mean). A verdict compares the best-supported pair of earlier and last "
        "sessions under one limit for the whole follow-up, with the person's own noise shrunk towards "
        "published noise; intervals are of 95 %. Surefoot {version}, metrics version {metrics}."
    ),
    "report.cite": (
        "The Surefoot developers. Surefoot (version {version}), computer software, MIT licence. Cite the "
        "source of each measure too: `surefoot show metrics` names it."
    ),
    "report.few pairs": "{n} pairs of days were measured with both; agreement needs {least} or more.",
    "report.no trend": ("There is no trend yet. One needs at least five sessions under the same conditions."),
    "report.no trials": "There are no trials yet.",
    "report.limits": (
        "These numbers say how much, and how quickly, the place where the sensor sat moved while somebody "
        "stood still. They do not say why. Sleep, footwear, pain, practice and the way the phone was "
        "strapped on all move them, so one trial says little and only trials under the same conditions are "
        "compared. A difference smaller than the smallest real change may be chance alone. The numbers say "
        "nothing about how an injury has healed, about strength or pain, or about walking and sport, and "
        "they are not meant for comparing one person with another."
    ),
    "report.origin": (
        "Surefoot {version}, metrics version {metrics}. Surefoot is for personal tracking, education and "
        "research; it is not a medical device."
    ),
}
