"""Steps of a journey written as words, one a line: the table of what can be said, and what each of it does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from tests.support.bedside import course_deeds as deeds
from tests.support.bedside.bedside import Journey
from tests.support.bedside.moments import moment_of

Deed = Callable[..., object]


def walk(journey: Journey, steps: str) -> None:
    """Do every line of a text; empty lines and those that begin with ``#`` are for the reader.

    ``ValueError`` with all known phrases for a line that is none of them, before anything is done. What a step finds
    wrong is raised with the number of its line.
    """
    planned = [(number, line, *_deed(line)) for number, line in _lines(steps)]
    for number, line, deed, words in planned:
        journey.log(f"STEP {number}: {line}")
        try:
            deed(journey, **words)
        except Exception as error:
            error.add_note(f"in step {number}: {line}")
            raise


def _lines(steps: str) -> list[tuple[int, str]]:
    numbered = ((number, line.strip()) for number, line in enumerate(steps.splitlines(), start=1))
    return [(number, line) for number, line in numbered if line and not line.startswith("#")]


def _deed(line: str) -> tuple[Deed, dict[str, str]]:
    for pattern, deed in _COMPILED:
        if found := pattern.fullmatch(line):
            return deed, {name: text.strip() for name, text in found.groupdict(default="").items()}
    known = "\n  ".join(phrase for phrase, _deed in PHRASES)
    raise ValueError(f"no such step: {line!r}; known are\n  {known}")


def _pairs(text: str) -> dict[str, str]:
    """Rows and what is typed into them: the last word of ``hemoglobin 6.6``, or all behind ``platelets = 85 06:00``."""
    parts = [part.strip() for part in text.split(",")]
    split = (part.partition(" = ") if " = " in part else part.rpartition(" ") for part in parts)
    return {name: value for name, _between, value in split}


def _labs(journey: Journey, values: str, taken: str = "", sample: str = "") -> None:
    typed = {name.casefold().replace("-", "_"): value for name, value in _pairs(values).items()}
    drawn = {"taken": moment_of(taken, journey.clock.now())} if taken else {}
    journey.labs(sample=int(sample) if sample else None, **typed, **drawn)


def _check(journey: Journey, values: str, day: str = "") -> None:
    journey.check(int(day) if day else None, **_pairs(values))


def _dose(journey: Journey, outcome: str = "", at: str = "", reason: str = "") -> None:
    moment = moment_of(at, journey.clock.now()) if at else None
    journey.chart_dose(outcome or "given", at=moment, reason=reason)


def _red_cells(journey: Journey, units: str, at: str = "") -> None:
    journey.record_red_cells(int(units), moment_of(at, journey.clock.now()) if at else None)


PHRASES: Final[tuple[tuple[str, Deed], ...]] = (
    ("sign in as {initials}, {role}", Journey.sign_in),
    ("admit to bed {bed}, case {case}, {identifier}", Journey.admit),
    ("open bed {bed}", Journey.open_bed),
    ("leave the patient", Journey.leave_patient),
    ("go to {room}", Journey.go),
    ("clock to {when}", lambda j, when: j.clock_to(moment_of(when, j.clock.now()))),
    ("lock", Journey.lock),
    ("unlock", Journey.unlock),
    ("labs of sample {sample}: {values}; taken {taken}", _labs),
    ("labs of sample {sample}: {values}", _labs),
    ("labs: {values}; taken {taken}", _labs),
    ("labs: {values}", _labs),
    ("check of day {day}: {values}", _check),
    ("check: {values}", _check),
    ("sign, because {reason}", Journey.sign),
    ("sign", Journey.sign),
    ("plan the first dose {when}", lambda j, when: j.plan_first_dose(moment_of(when, j.clock.now()))),
    ("start the course, although {reason}", Journey.start_course),
    ("start the course", Journey.start_course),
    ("start the course is refused: {words}", lambda j, words: j.is_not_recorded(words, j.start_course)),
    ("open with the protocol {protocol}", deeds.open_with_protocol),
    ("stop the course at {at}, because {reason}", deeds.stop_course),
    ("stop the course, because {reason}", Journey.stop_course),
    ("go on after the hold, because {reason}", deeds.go_on),
    ("close the backlog, because {reason}", deeds.close_backlog),
    ("part of dose {dose} at {at}: {amount}, because {reason}", deeds.record_part),
    ("the patient {what} at {at}: {words}", deeds.record_where),
    ("chart dose {dose} of the earlier {earlier} as {outcome}, because {reason}", deeds.chart_chosen_dose),
    ("chart dose {dose} of the earlier {earlier} at {at}, because {reason}", deeds.chart_chosen_dose),
    ("chart dose {dose} as {outcome}, because {reason}", deeds.chart_chosen_dose),
    ("chart dose {dose} at {at}, because {reason}", deeds.chart_chosen_dose),
    ("chart dose {dose} at {at}", deeds.chart_chosen_dose),
    (
        "dose {dose} at {at} asks a reason: {words}",
        lambda j, dose, at, words: j.is_not_recorded(words, lambda: deeds.chart_chosen_dose(j, dose, at=at)),
    ),
    ("chart the dose due now as {outcome}, because {reason}", _dose),
    ("chart the dose due now at {at}, because {reason}", _dose),
    ("chart the dose due now, because {reason}", _dose),
    ("chart the dose due now at {at}", _dose),
    ("chart the dose due now", _dose),
    ("the dose due now asks a reason: {words}", lambda j, words: j.is_not_recorded(words, j.chart_dose)),
    (
        "bleeding WHO {grade} with a fall of hemoglobin: {words}",
        lambda j, grade, words: j.record_bleeding(int(grade), words, fall="y"),
    ),
    ("bleeding WHO {grade}: {words}", lambda j, grade, words: j.record_bleeding(int(grade), words)),
    ("acknowledge for {hours} h: {words}", lambda j, hours, words: j.acknowledge(words, int(hours))),
    ("acknowledge: {words}", Journey.acknowledge),
    ("leave the notice", Journey.leave_notice),
    ("alarm {number} is over: {words}", lambda j, number, words: j.close_alarm(int(number), words)),
    ("alarm {number} cannot be ended: {words}", lambda j, number, words: j.cannot_close_alarm(int(number), words)),
    ("red cells: {units} units at {at}", _red_cells),
    ("red cells: {units} units", _red_cells),
    ("save the screen as {name}", Journey.save_screen),
    (
        "the screen of {command} does not say {words}",
        lambda j, command, words: j.screen_of(command, words, is_there=False),
    ),
    ("the screen of {command}, read to its end, says {words}", deeds.screen_read_on),
    ("the screen of {command} says {words}", Journey.screen_of),
    ("board order is {beds}", Journey.board_order_is),
    ("says {words}", Journey.says),
    ("does not say {words}", Journey.does_not_say),
    ("further down says {words}", Journey.shows_below),
    ("header says {words}", Journey.header_says),
    ("header does not say {words}", Journey.header_does_not_say),
    (
        "in every room the header says {words}, the room {more}",
        lambda j, words, more: j.in_every_room((j.header_says, words), (j.says, more)),
    ),
    (
        "in every room the header does not say {words}, nor the room {more}",
        lambda j, words, more: j.in_every_room((j.header_does_not_say, words), (j.does_not_say, more)),
    ),
    ("board row {bed} says {words}", Journey.board_row_says),
    ("board row {bed} does not say {words}", Journey.board_row_does_not_say),
    ("board title says {words}", Journey.board_title_says),
    ("board title does not say {words}", Journey.board_title_does_not_say),
    ("command {arguments} says {words}", lambda j, arguments, words: j.command_says(arguments.split(), words)),
    (
        "command {arguments} does not say {words}",
        lambda j, arguments, words: j.command_does_not_say(arguments.split(), words),
    ),
    ("day {day} takes no check yet: {words}", lambda j, day, words: j.coming_day_refuses(int(day), words)),
    ("row {label} is refused when {text} is typed: {words}", Journey.row_refuses),
)
"""What can be said, the most particular first: what stands in braces is handed to the deed under that name."""

_COMPILED: Final = tuple(
    (re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(phrase))), deed) for phrase, deed in PHRASES
)
