"""Every command and its options; nothing here imports what a command needs, but the table of fields."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from immunosep_tui import __version__
from immunosep_tui.cli.output import REFUSED, complain
from immunosep_tui.i18n import _
from immunosep_tui.record.fields import SECTIONS
from immunosep_tui.record.values import YES_NO, SheetField

DEFAULT_PROTOCOL = "immunosep-2025"


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line and whose options are never abbreviated."""

    def __init__(self, *positional: object, **named: object) -> None:
        named.setdefault("allow_abbrev", False)
        super().__init__(*positional, **named)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to see what would be accepted."""
        complain(_("{message}. Accepted: see {program} --help").format(message=message, program=self.prog))
        sys.exit(REFUSED)


def with_values_attached(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``--option -5`` written as ``--option=-5``, so that a refused value is refused in its own words."""
    attached: list[str] = []
    for argument in arguments:
        follows_option = attached and attached[-1].startswith("--") and "=" not in attached[-1]
        if follows_option and argument.startswith("-") and not argument.startswith("--") and argument not in _SHORT:
            attached[-1] = f"{attached[-1]}={argument}"
        else:
            attached.append(argument)
    return attached


_SHORT = frozenset({"-h", "-o", "-"})


def parser() -> argparse.ArgumentParser:
    """The parser of the whole program."""
    top = Parser(
        prog="immunosep-tui", description=_("ImmunoSep at the ICU bedside. Without a command: the ward board.")
    )
    top.add_argument("--version", action="version", version=f"immunosep-tui {__version__}")
    top.set_defaults(command=None)
    _board_options(top, default=None)
    _store(top)
    commands = top.add_subparsers(metavar="COMMAND", parser_class=Parser)
    for name, text, add in _COMMANDS:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(command=name)
        add(command)
    return top


def _board_options(command: argparse.ArgumentParser, default: str | None = argparse.SUPPRESS) -> None:
    _protocol(command, default)
    command.add_argument("--no-mouse", action="store_true", help=_("leave the mouse to the terminal"))


def _store(command: argparse.ArgumentParser, default: str | None = None) -> None:
    where = _("the ward's records: a file, or postgresql://... (else IMMUNOSEP_STORE, else your own data folder)")
    command.add_argument("--store", metavar="URL|PATH", default=default, help=where)


def _of_store(command: argparse.ArgumentParser) -> None:
    """The options of a command that opens the records; ``--store`` may stand before the command, too."""
    _json(command)
    _store(command, argparse.SUPPRESS)


def _protocol(command: argparse.ArgumentParser, default: str | None = argparse.SUPPRESS) -> None:
    """The protocol; it may stand before the command, too. None was asked for where it is None."""
    help_text = _("protocol profile (else that of the ward, else immunosep-2025)")
    command.add_argument("--protocol", default=default, metavar="NAME|FILE", help=help_text)


def _json(command: argparse.ArgumentParser) -> None:
    _protocol(command)
    command.add_argument("--json", action="store_true", help=_("print one JSON object"))


def _classify(command: argparse.ArgumentParser) -> None:
    _json(command)
    for field in fields_with_option("labs"):
        metavar = "yes|no" if field.value == YES_NO else "X"
        command.add_argument(option_of(field), metavar=metavar, help=_(field.option))


def fields_with_option(section: str) -> tuple[SheetField, ...]:
    """The fields of a section that a command takes, in the order of their form."""
    return tuple(field for field in SECTIONS[section] if field.option)


def option_of(field: SheetField) -> str:
    """The command-line option of a field."""
    return f"--{field.name.replace('_', '-')}"


def _sofa(command: argparse.ArgumentParser) -> None:
    _json(command)
    command.add_argument("--version", dest="sofa_version", default="1996", metavar="1996|2", help=_("SOFA version"))
    for field in fields_with_option("sofa"):
        told = _(field.option).format(agent=field.name)
        command.add_argument(option_of(field), action="append", default=[], metavar="X", help=told)
    several = _("[AGENT=]X; the agent may be left out where only one needs it")
    command.add_argument("--concentration", action="append", default=[], metavar="[AGENT=]X", help=several)
    command.add_argument("--minutes", action="append", default=[], metavar="[AGENT=]N", help=several)


def _schedule(command: argparse.ArgumentParser) -> None:
    _json(command)
    command.add_argument("--regimen", required=True, metavar="anakinra|interferon-gamma")
    command.add_argument("--design", default="open", metavar="open|double-dummy")
    command.add_argument("--start", required=True, metavar="TIME", help=_("first dose, such as 2026-03-28T22:00+02:00"))
    command.add_argument("--stop", metavar="TIME", help=_("doses due from then on are listed as cancelled"))
    command.add_argument("--zone", metavar="NAME", help=_("show times in this zone, such as Europe/Athens"))


def _respond(command: argparse.ArgumentParser) -> None:
    _json(command)
    command.add_argument("--baseline", default="", metavar="N", help=_("SOFA 1996 total of day 1"))
    command.add_argument("--days", required=True, metavar="d2,...,d9", help=_("totals; empty = missing, D = died"))
    command.add_argument("--day15", metavar="d10,...,d15", help=_("the six further days, or all fourteen from day 2"))
    command.add_argument("--final", action="store_true", help=_("no more values will come: carry the last one forward"))


def _evidence(command: argparse.ArgumentParser) -> None:
    _json(command)


def _protocol_command(command: argparse.ArgumentParser) -> None:
    command.add_argument("deed", metavar="list|show|check")
    command.add_argument("name", nargs="?", metavar="NAME|FILE")
    command.add_argument("--json", action="store_true", help=_("print one JSON object"))


def _demo(command: argparse.ArgumentParser) -> None:
    _board_options(command)


def _train(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "deed", nargs="?", metavar="check|export|debrief|list", help=_("without it: the training room")
    )
    command.add_argument("names", nargs="*", metavar="FILE|CASE", help=_("check: files; debrief: cases, or first-ten"))
    command.add_argument("--learner", metavar="NAME", help=_("who learns: a name or initials"))
    command.add_argument("--mode", metavar="learn|test|sofa|bedside|evidence", help=_("begin a round at once"))
    command.add_argument("--seed", metavar="N", help=_("of a class: the same seed gives everybody the same cases"))
    command.add_argument("--count", metavar="N", help=_("cases of a round (10)"))
    command.add_argument("--clock", metavar="SECONDS", help=_("for each question of a test or day at a bedside"))
    command.add_argument("--book", metavar="PATH", help=_("the learners' file (else in your own data folder)"))
    command.add_argument("--json", action="store_true", help=_("export, list: as JSON"))
    command.add_argument("--csv", action="store_true", help=_("export: as a table"))
    command.add_argument("-o", "--output", metavar="FILE", help=_("export: a new file (else standard output)"))
    command.add_argument("--no-mouse", action="store_true", help=_("leave the mouse to the terminal"))


def _score(command: argparse.ArgumentParser) -> None:
    _protocol(command)
    command.add_argument("input", metavar="COHORT.csv", help=_("one row a patient-day; - for standard input"))
    command.add_argument("-o", "--output", required=True, metavar="OUT.csv", help=_("where the scored rows go; - too"))
    command.add_argument("--version", dest="sofa_version", default="1996", metavar="1996|2", help=_("SOFA version"))
    command.add_argument("--respond", metavar="FILE", help=_("also write one row a patient with the response"))
    command.add_argument("--death-column", metavar="NAME", help=_("the column that marks the day of death"))


def _backup(command: argparse.ArgumentParser) -> None:
    _of_store(command)
    command.add_argument("file", nargs="?", metavar="FILE", help=_("where the copy goes (else the folder of backups)"))
    command.add_argument("--replace", action="store_true", help=_("put it in the place of an older copy"))


def _restore(command: argparse.ArgumentParser) -> None:
    _of_store(command)
    command.add_argument("file", nargs="?", metavar="FILE", help=_("a backup; it is verified first and only read"))
    command.add_argument(
        "--accept", action="store_true", help=_("no FILE: the store as it lies is written here from now on")
    )
    command.add_argument(
        "--replace",
        action="store_true",
        help=_("set aside a store that has later entries, or accept one that lacks some"),
    )


def _verify(command: argparse.ArgumentParser) -> None:
    _of_store(command)
    command.add_argument("--anchor", metavar="HASH[@N]", help=_("an anchor that was noted earlier must still be there"))


def _patient(command: argparse.ArgumentParser) -> None:
    _of_store(command)
    command.add_argument("deed", metavar="list|show|export|import")
    command.add_argument("name", nargs="?", metavar="KEY|FILE", help=_("record key or case number; the file to import"))
    command.add_argument("--search", default="", metavar="TEXT", help=_("list: part of a place or an identifier"))
    command.add_argument("-o", "--output", metavar="FILE", help=_("export: a new file (else standard output)"))


def _people(command: argparse.ArgumentParser) -> None:
    _of_store(command)
    command.add_argument("deed", metavar="list|add|reset|retire")
    command.add_argument("initials", nargs="?", metavar="INITIALS")
    command.add_argument("--role", metavar="doctor|nurse|pharmacist|researcher", help=_("add: in what capacity"))
    command.add_argument("--reason", default="", metavar="TEXT", help=_("reset, retire: why"))


def _settings(command: argparse.ArgumentParser) -> None:
    _of_store(command)
    command.add_argument("deed", metavar="list|set|unset")
    command.add_argument("name", nargs="?", metavar="NAME", help=_("as list names it, such as alt"))
    command.add_argument("value", nargs="*", metavar="VALUE", help=_("set: such as 45, or 20 umol/L"))
    command.add_argument("--reason", default="", metavar="TEXT", help=_("set, unset: why"))


def _allocation(command: argparse.ArgumentParser) -> None:
    _store(command, argparse.SUPPRESS)
    command.add_argument("deed", metavar="import")
    command.add_argument("file", metavar="FILE", help=_("the pharmacist's list: number,arm"))
    command.add_argument("--envelopes", metavar="FILE", help=_("a new file with an emergency code for each number"))


def _encrypt(command: argparse.ArgumentParser) -> None:
    _store(command, argparse.SUPPRESS)
    deed = command.add_mutually_exclusive_group()
    deed.add_argument("--change-passphrase", action="store_true", help=_("another passphrase for the same key"))
    deed.add_argument("--recover", action="store_true", help=_("set a passphrase by the recovery key"))
    command.add_argument("--remove-plain-backups", action="store_true", help=_("overwrite and remove older backups"))


_COMMANDS: tuple[tuple[str, str, Callable[[argparse.ArgumentParser], None]], ...] = (
    ("classify", _("immune phenotype from ferritin and HLA-DR"), _classify),
    ("sofa", _("SOFA of one day from raw values"), _sofa),
    ("schedule", _("every dose of a course"), _schedule),
    ("respond", _("response by day 9 (and 15) from daily SOFA"), _respond),
    ("evidence", _("the trial's results, printed and recomputed"), _evidence),
    ("protocol", _("list, show or check protocol profiles"), _protocol_command),
    ("score", _("score a CSV table of patient-days"), _score),
    ("patient", _("list, show, export or import patients"), _patient),
    ("people", _("who may sign: list, add, reset a PIN, retire"), _people),
    ("settings", _("conventions of this ward: list, set, unset"), _settings),
    ("allocation", _("seal the list of a blinded trial: the pharmacist alone opens it"), _allocation),
    ("verify", _("check that every record is as it was written"), _verify),
    ("backup", _("a verified copy of the records"), _backup),
    ("restore", _("make a backup the store again"), _restore),
    ("encrypt", _("encrypt the records on this machine's disk"), _encrypt),
    ("doctor", _("what this machine can show and store, and what to do"), _of_store),
    ("train", _("learn to phenotype on made-up patients"), _train),
    ("demo", _("the board on sample patients, thrown away at the end"), _demo),
)
