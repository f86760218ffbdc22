"""``surefoot undo``: the last correction, deletion or log entry taken back."""

from surefoot import words
from surefoot.cli.options import Json
from surefoot.cli.output import print_json
from surefoot.diary import Diary, open_diary
from surefoot.diary.steps import Step


def undo(as_json: Json = False) -> None:
    """Take back the last edit, deleted trial or log entry.

    Again for the one before, up to 20. Deleting a person, and delete --forever, are final.
    """
    from surefoot.diary import steps

    diary = open_diary()
    step = steps.undo(diary)
    if as_json:
        print_json({"undone": step.verb, "person": step.person, "trial": step.trial})
    else:
        print(f"Taken back: {_describe(step, diary)}.")


def _describe(step: Step, diary: Diary) -> str:
    if step.verb == "log":
        return f"the log entry {step.before['entry']['exercise']!r} of {step.person}"
    if step.verb == "about":
        return f"what was last noted about {step.person}"
    entry = diary.entry(step.trial)
    done = "the correction" if step.verb == "edit" else "the deletion"
    tested = words.describe_test(entry.assessment.setup)
    return f"{done} of trial {entry.trial}: {entry.person}, {entry.when:%Y-%m-%d}, {tested}"
