"""One page for the person: one sentence, one picture, what is next."""

from datetime import date
from functools import partial

from surefoot import plotting, words
from surefoot.change.goal import way_to_other_leg
from surefoot.change.holds import days_held
from surefoot.change.trends import lead
from surefoot.model import Trend
from surefoot.report.blocks import Block, Plate, Words
from surefoot.report.content import Report
from surefoot.report.sections import courses_table
from surefoot.training import next_test
from surefoot.words.home import Answer, Beside, answer_of
from surefoot.words.home_language import home_language

PICTURE_INCH = (5.8, 3.5)


def compose(report: Report) -> tuple[Block, ...]:
    """Return the page of a person; of somebody without a result, how to get one."""
    language = home_language()
    own = lead(report.trends, report.injury.side if report.injury else "")
    today = report.on or (report.days[-1].date() if report.days else date.min)
    then = max(next_test(report.assessments) or today, today)
    if own is None:
        return (Words(language.tell("today.empty.headline"), "title"), *_end(report))
    holds = days_held(report.assessments, own.setup)
    answer = answer_of(language, own, Beside(holds, way_to_other_leg(own), then, today))
    return (
        Words(answer.headline, "title"),
        *((Words(" ".join(answer.lead), "lead"),) if answer.lead else ()),
        draw(report, own),
        Words(language.tell("report.next"), "heading"),
        *_steps(report, answer, then, today),
        *_end(report),
    )


def draw(report: Report, own: Trend) -> Plate:
    """Return the one picture: the leg to watch and the other one, where up is steadier."""
    legs = [each for each in report.trends if plotting.test_of(each) == plotting.test_of(own)]
    legs.sort(key=lambda each: (each.setup.leg != own.setup.leg, each.dates[0]))
    draw_legs = partial(plotting.draw_legs, row=legs, labels=report.labels, injury=report.injury)
    told = " ".join(words.describe_trend(each, report.labels.get(each.metric, each.metric)) for each in legs)
    return Plate(draw_legs, *PICTURE_INCH, told, courses_table(legs))


def _steps(report: Report, answer: Answer, then: date, today: date) -> tuple[Words, ...]:
    language = home_language()
    if answer.steps and not report.share:
        return tuple(Words(step) for step in answer.steps)
    said = language.tell("verdict.next.next", day=language.day(then, today))
    if then == today:
        said = language.tell("today.next_today")
    return (*(() if report.share else (Words(said),)), Words(language.tell("report.same_way")))


def _end(report: Report) -> tuple[Words, ...]:
    language = home_language()
    about = "" if report.share else f"{report.who} · {report.span} · "
    return (Words(f"{about}{language.tell('page.not_device')}", "quiet"),)
