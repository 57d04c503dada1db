"""``immunosep-tui train``: the training room, and without a screen: check, export, debrief, list."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from immunosep_tui.cli.board import at_terminal
from immunosep_tui.cli.output import DONE, REFUSED, UNUSABLE, complain, refused
from immunosep_tui.i18n import _, use_language
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.rules.text import show
from immunosep_tui.ward.reading import whole

if TYPE_CHECKING:
    from immunosep_tui.training.book import Book
    from immunosep_tui.training.item import Item

FIRST_TEN: Final = "first-ten"
"""The name of the cases with which somebody begins who knows none of the rules."""


def run(options: argparse.Namespace) -> int:
    """Open the training room, or do what is named."""
    use_language(None)
    deed = _DEEDS.get(options.deed or "")
    if deed is None:
        complain(
            _('train: "{deed}" is not known. Accepted: check, export, debrief, list, or nothing.').format(
                deed=options.deed
            )
        )
        return REFUSED
    return deed(options)


def _book(options: argparse.Namespace) -> Book:
    from immunosep_tui.training.book import open_book

    return open_book(Path(options.book).expanduser() if options.book else None)


# ---- the room --------------------------------------------------------------------------------------------------------
def _room(options: argparse.Namespace) -> int:
    """The training room; with a mode a round begins at once."""
    from immunosep_tui.training.book import learner_of
    from immunosep_tui.training.rounds import MODES
    from immunosep_tui.ui.desk import site_zone, utc_now
    from immunosep_tui.ui.screens.training.classroom import Classroom
    from immunosep_tui.ui.screens.training.settings import HIGHEST
    from immunosep_tui.ui.training_app import TrainingApp

    given = {name: getattr(options, name) for name in HIGHEST}
    numbers = {name: whole(text, HIGHEST[name]) for name, text in given.items() if text is not None}
    wrong = [(f"--{name}", found) for name, found in numbers.items() if isinstance(found, Refusal)]
    if numbers.get("count") == 0:
        wrong.append(("--count", _no_case()))
    if options.mode and options.mode not in MODES:
        accepted = say(N_("Accepted: {modes}."), modes=", ".join(MODES))
        wrong.append(
            ("--mode", Refusal("not_a_mode", options.mode, say(N_("There is no such way to learn.")), accepted))
        )
    learner: str | Refusal = learner_of(options.learner) if options.learner is not None else ""
    if isinstance(learner, Refusal):
        wrong.append(("--learner", learner))
    if wrong or isinstance(learner, Refusal):
        return refused(wrong)
    if not at_terminal():
        return UNUSABLE
    book = _book(options)
    if learner:
        found = learner_of(learner, book.learners())
        learner = found if isinstance(found, str) else learner
    room = Classroom(book, site_zone(), utc_now, learner)
    for name, number in numbers.items():
        setattr(room, name, number)
    return TrainingApp(room, options.mode or "").start(mouse=not options.no_mouse, then=book.close)


def _no_case() -> Refusal:
    return Refusal("none", "0", say(N_("A round has one case at least.")), say(N_("Accepted: a whole number from 1.")))


# ---- without a screen ------------------------------------------------------------------------------------------------
def _check(options: argparse.Namespace) -> int:
    """What is wrong with each file that a teacher wrote; REFUSED where anything is."""
    from immunosep_tui.profile.files import load
    from immunosep_tui.training.checking import check_file, checked_lines

    if not options.names:
        complain(_("train check: which files? Accepted: train check FILE..."))
        return REFUSED
    status = DONE
    for name in options.names:
        lines = checked_lines(Path(name), load())
        if check_file(Path(name), load()):
            complain(*lines)
            status = REFUSED
        else:
            print(f"{show(name)}: {' '.join(lines)}")
    return status


def _export(options: argparse.Namespace) -> int:
    """How a learner stands, for a supervisor."""
    from immunosep_tui.store.folders import write_new
    from immunosep_tui.training import export
    from immunosep_tui.training.book import learner_of
    from immunosep_tui.ui.desk import site_zone, utc_now

    book = _book(options)
    try:
        known = book.learners()
        learner = learner_of(options.learner or "", known)
        if isinstance(learner, Refusal) or learner not in known:
            listed = ", ".join(show(name) for name in known) or _("nobody has learned yet")
            complain(
                _('train export: --learner "{name}" is not known. Accepted: {known}.').format(
                    name=options.learner or "", known=listed
                )
            )
            return REFUSED
        found = export.report(book, learner, utc_now().astimezone(site_zone()))
    finally:
        book.close()
    text = (
        export.as_json(found)
        if options.json
        else export.as_csv(found)
        if options.csv
        else "\n".join(export.lines(found))
    )
    if options.output in (None, "-"):
        print(text.rstrip("\n"))
        return DONE
    try:
        write_new(Path(options.output), text.rstrip("\n") + "\n")
    except FileExistsError:
        complain(_("{path} is there already. Accepted: the name of a new file.").format(path=options.output))
        return REFUSED
    return DONE


def _debrief(options: argparse.Namespace) -> int:
    """The debrief of cases as plain text."""
    from immunosep_tui.training.debrief import debrief
    from immunosep_tui.training.lines import printed

    cases = _cases()
    wanted = [name for given in options.names for name in (_first_ten() if given == FIRST_TEN else [given])]
    unknown = [name for name in wanted if name not in cases]
    if unknown or not wanted:
        named = _('train debrief: "{name}" is not a case. Accepted: a name of train list, or first-ten.')
        complain(named.format(name=unknown[0] if unknown else ""))
        return REFUSED
    print(_("TRAINING - NOT A PATIENT"))
    for name in wanted:
        print("\n" + "\n".join(printed(debrief(cases[name]))))
    return DONE


def _list(options: argparse.Namespace) -> int:
    """Every written case with its topics."""
    cases = _cases()
    if options.json:
        print(json.dumps([_about(name, case) for name, case in cases.items()], ensure_ascii=False))
        return DONE
    longest = max(map(len, cases), default=0)
    for name, case in cases.items():
        print(f"{name:<{longest}}  {case.level}  {show(case.title)}")
    return DONE


def _about(name: str, case: Item) -> dict[str, object]:
    topics = list(dict.fromkeys(ask.topic for ask in case.asks))
    return {"id": name, "title": case.title, "level": case.level, "topics": topics, "questions": len(case.asks)}


def _cases() -> Mapping[str, Item]:
    from immunosep_tui.profile.files import load
    from immunosep_tui.training import items

    return {name.removeprefix(items.WRITTEN): case for name, case in items.written(load()).items()}


def _first_ten() -> tuple[str, ...]:
    from immunosep_tui.profile.files import load
    from immunosep_tui.training.case_files import first_course

    return first_course(load())


_DEEDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "": _room,
    "check": _check,
    "export": _export,
    "debrief": _debrief,
    "list": _list,
}
