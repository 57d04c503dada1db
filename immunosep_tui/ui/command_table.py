"""Everything that a person can do, one row each: key bindings, footer, help and palette are all made from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from immunosep_tui.rules.reason import N_

EVERYWHERE: Final = "everywhere"
ROOM_KEYS: Final = frozenset(f"f{number}" for number in range(1, 9))
"""Kept for the eight rooms of a patient, so that a key means the same on every screen."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    Args:
        id: kebab-case name, stable for key maps.
        key: Textual key names separated by commas; the first is the one that is shown.
        label: one or two words for the footer.
        help: one sentence for the help screen and the palette.
        action: Textual action; for ``everywhere`` the application has it, for another scope its screen.
        where: scopes in which it can be done; a screen names its own in ``SCOPE``.
        footer: whether the footer offers it.
        order: place in footer, help and palette, the smallest first.
        priority: whether the key works before a field in use sees it.
        rooms: rooms of a patient whose footer offers it; none for all.
    """

    id: str
    key: str
    label: str
    help: str
    action: str
    where: frozenset[str]
    footer: bool = False
    order: int = 50
    priority: bool = False
    rooms: frozenset[str] = frozenset()

    @property
    def keys(self) -> tuple[str, ...]:
        """The key names, one by one."""
        return tuple(self.key.split(","))


SCOPES: Final[dict[str, str]] = {
    EVERYWHERE: N_("Everywhere"),
    "board": N_("Ward board"),
    "patient": N_("Patient"),
    "training": N_("Training"),
    "round": N_("Training: a question"),
    "result": N_("Training: the end of a round"),
    "debrief": N_("Training: a debrief"),
    "evidence": N_("Evidence"),
    "sign": N_("Signature"),
    "dose": N_("Dose"),
    "start": N_("Start of a course"),
    "stop": N_("Stop of a course"),
    "bleeding": N_("Bleeding"),
    "acknowledge": N_("Notice"),
    "study-drug": N_("Study drug"),
    "sign-in": N_("Sign-in"),
}
"""Scope names and their headings, in the order in which help lists them."""

_ALL: Final = frozenset({EVERYWHERE})


def _of_patient(
    identity: str,
    key: str,
    label: str,
    text: str,
    action: str,
    order: int,
    rooms: tuple[str, ...] = (),
    footer: bool = False,
) -> Command:
    """A command of the patient screen that works before the field in use sees its key; rooms name it in their footer."""
    scope = frozenset({"patient"})
    shown = footer or bool(rooms)
    return Command(identity, key, label, text, action, scope, shown, order, priority=True, rooms=frozenset(rooms))


COMMANDS: tuple[Command, ...] = (
    *(
        Command(
            f"room-{name}",
            keys,
            label,
            text,
            f"room('{name}')",
            frozenset({"patient"}),
            order=10 + place,
            priority=True,
        )
        for place, (name, keys, label, text) in enumerate(
            (
                ("overview", "f1,1", N_("Overview"), N_("What now: phenotype, regimen, next dose, checks.")),
                ("screening", "f2,2", N_("Screening"), N_("The trial's criteria, one by one, and the 72-hour clock.")),
                ("labs", "f3,3", N_("Labs"), N_("Ferritin and HLA-DR, and the phenotype as they are typed.")),
                ("sofa", "f4,4", N_("SOFA"), N_("SOFA of a day from raw values or points.")),
                ("treatment", "f5,5", N_("Treatment"), N_("Every dose to day 15 with clock times.")),
                ("monitoring", "f6,6", N_("Monitoring"), N_("The checklist of the treatment day.")),
                ("response", "f7,7", N_("Response"), N_("Daily SOFA and the verdict by day 9 and 15.")),
                ("record", "f8,8", N_("Record"), N_("Every entry: who, when, what it corrected.")),
                ("identity", "ctrl+o", N_("Who"), N_("Bed, case and second identifier.")),
            )
        )
    ),
    _of_patient(
        "day-next",
        "ctrl+right,f12",
        N_("Next page"),
        N_("Next day in SOFA and Monitoring, next sample in Labs."),
        "day(1)",
        30,
        rooms=(
            "labs",
            "sofa",
            "monitoring",
        ),
    ),
    _of_patient(
        "day-previous",
        "ctrl+left,f11",
        N_("Page before"),
        N_("Day before in SOFA and Monitoring, sample in Labs."),
        "day(-1)",
        31,
    ),
    _of_patient(
        "entry",
        "ctrl+r",
        N_("Raw/points"),
        N_("In SOFA: type raw values or the points of each organ."),
        "entry",
        32,
        rooms=("sofa",),
    ),
    _of_patient(
        "now",
        "ctrl+n",
        N_("Now"),
        N_("Write the present minute into a time field."),
        "now",
        33,
        rooms=(
            "treatment",
            "labs",
            "screening",
        ),
    ),
    _of_patient(
        "answer-down", "ctrl+down", N_("Answer down"), N_("Scroll the answer beside the form."), "scroll(3)", 34
    ),
    _of_patient("answer-up", "ctrl+up", N_("Answer up"), N_("Scroll the answer back."), "scroll(-3)", 35),
    _of_patient("sign", "ctrl+s", N_("Sign"), N_("Sign what is new on this patient's sheet."), "sign", 20, footer=True),
    _of_patient(
        "dose",
        "ctrl+y",
        N_("Dose"),
        N_("Record what became of the next dose."),
        "dose",
        34,
        rooms=(
            "treatment",
            "overview",
        ),
    ),
    _of_patient(
        "course",
        "ctrl+e",
        N_("Start/stop"),
        N_("Start a course through its check, or stop the one that runs."),
        "course",
        34,
        rooms=(
            "treatment",
            "overview",
        ),
    ),
    _of_patient(
        "bleeding",
        "ctrl+k",
        N_("Bleeding"),
        N_("Record a bleeding event with its WHO grade."),
        "bleeding",
        35,
        rooms=("monitoring",),
    ),
    _of_patient(
        "acknowledge",
        "ctrl+u",
        N_("Acknowledge"),
        N_("Say what is done about the limits that are met."),
        "acknowledge",
        35,
        rooms=(
            "monitoring",
            "overview",
        ),
    ),
    _of_patient(
        "study-drug",
        "ctrl+a",
        N_("Study drug"),
        N_("In a blinded trial: pharmacists prepare, doctors break the code."),
        "study_drug",
        35,
    ),
    _of_patient(
        "copy",
        "ctrl+d",
        N_("As before"),
        N_("Copy this one field from the day before, in SOFA."),
        "copy_before",
        33,
        rooms=("sofa",),
    ),
    Command(
        "correct",
        "enter",
        N_("Correct"),
        N_("In Record: take the chosen entry back, or go where it is corrected."),
        "correct",
        frozenset({"patient"}),
        footer=True,
        order=21,
        rooms=frozenset({"record"}),
    ),
    Command(
        "filter",
        "slash",
        N_("Filter"),
        N_("In Record: show the entries with these words, this kind or this author."),
        "filter",
        frozenset({"patient"}),
        footer=True,
        order=22,
        rooms=frozenset({"record"}),
    ),
    _of_patient("note", "ctrl+w", N_("Note"), N_("Write a note into the record."), "note", 23, rooms=("record",)),
    _of_patient(
        "sign-off",
        "ctrl+x",
        N_("Reviewed"),
        N_("In Record: sign that the record was reviewed up to now."),
        "sign_off",
        24,
        rooms=("record",),
    ),
    _of_patient("discard", "ctrl+b", N_("Drop draft"), N_("Throw the draft away, at the second press."), "discard", 36),
    Command(
        "search",
        "slash",
        N_("Search"),
        N_("Search all patients by bed, case or identifier."),
        "search",
        frozenset({"board"}),
        footer=True,
        order=12,
    ),
    Command(
        "admit",
        "n",
        N_("New patient"),
        N_("Put a new patient on the board."),
        "admit",
        frozenset({"board"}),
        footer=True,
        order=10,
    ),
    Command(
        "open",
        "enter",
        N_("Open"),
        N_("Open the patient under the cursor."),
        "open_patient",
        frozenset({"board"}),
        footer=True,
        order=11,
    ),
    Command(
        "training",
        "t",
        N_("Training"),
        N_("Learn on made-up patients; nothing of it comes near the ward."),
        "training",
        frozenset({"board"}),
        footer=True,
        order=13,
    ),
    *(
        Command(f"learn-{mode}", str(key), label, text, f"begin('{mode}')", frozenset({"training"}), order=10 + key)
        for key, (mode, label, text) in enumerate(
            (
                ("learn", N_("Learn"), N_("A round with hints; each answer is explained at once.")),
                ("test", N_("Test"), N_("A round without hints; everything is explained after it.")),
                ("sofa", N_("SOFA"), N_("Score organs and whole days from raw values.")),
                ("bedside", N_("Bedside"), N_("One course over 15 days, day by day.")),
                ("evidence", N_("Evidence quiz"), N_("What the trial showed, and what it did not.")),
            ),
            start=1,
        )
    ),
    *(
        Command(identity, key, label, text, action, frozenset({scope}), footer=True, order=order)
        for identity, key, label, text, action, scope, order in (
            ("resume", "enter", N_("Go on"), N_("Go on with the open round."), "resume", "training", 20),
            ("standing", "p", N_("Progress"), N_("How you stand, topic by topic."), "progress", "training", 21),
            ("settings", "s", N_("Settings"), N_("Seed of a class, cases, clock."), "settings", "training", 22),
            ("learner", "w", N_("Who"), N_("Say who learns."), "who", "training", 23),
            ("end-round", "x", N_("End round"), N_("End the open round as it is."), "close", "training", 24),
            ("answer", "enter", N_("Answer"), N_("Give the marked answer, then go on."), "answer", "round", 10),
            ("debrief", "d", N_("Debrief"), N_("Everything about the case, after it."), "debrief", "round", 30),
            ("leave-round", "enter", N_("Training room"), N_("Back to the training room."), "leave", "result", 10),
            ("debriefs", "d", N_("Debriefs"), N_("Everything about each case."), "debrief", "result", 11),
            (
                "case-next",
                "ctrl+right,f12",
                N_("Next case"),
                N_("The debrief of the next case."),
                "turn(1)",
                "debrief",
                10,
            ),
            ("case-before", "ctrl+left,f11", N_("Case before"), N_("Of the case before."), "turn(-1)", "debrief", 11),
        )
    ),
    *(
        Command(identity, key, label, text, action, frozenset({"round"}), shown, order, priority=True)
        for identity, key, label, text, action, shown, order in (
            ("hint", "ctrl+r", N_("Hint"), N_("Show a hint; the answer counts as hinted."), "hint", True, 11),
            ("case-down", "ctrl+down", N_("Case down"), N_("Scroll the case."), "scroll_case(3)", False, 40),
            ("case-up", "ctrl+up", N_("Case up"), N_("Scroll the case back."), "scroll_case(-3)", False, 41),
        )
    ),
    Command(
        "evidence",
        "f10",
        N_("Evidence"),
        N_("The trial on one page: results, limits, sources."),
        "evidence",
        _ALL,
        footer=True,
        order=89,
    ),
    Command(
        "help",
        "f9,question_mark",
        N_("Help"),
        N_("Show every key and what it does."),
        "help",
        _ALL,
        footer=True,
        order=90,
    ),
    Command(
        "palette",
        "ctrl+p",
        N_("Find"),
        N_("Find a command by typing part of its name."),
        "command_palette",
        _ALL,
        footer=True,
        order=91,
    ),
    Command(
        "back",
        "escape",
        N_("Back"),
        N_("Go back; nothing typed is lost."),
        "back",
        _ALL,
        footer=True,
        order=92,
    ),
    Command(
        "change-user",
        "ctrl+f",
        N_("Change user"),
        N_("Sign as somebody else, or enroll a colleague."),
        "change_user",
        _ALL,
        order=93,
    ),
    Command(
        "lock",
        "ctrl+l",
        N_("Lock"),
        N_("Lock the screen; what was typed is kept."),
        "lock",
        _ALL,
        order=93,
        priority=True,
    ),
    Command(
        "theme",
        "ctrl+t",
        N_("Colors"),
        N_("Change the colors: dark, light, high contrast."),
        "next_theme",
        _ALL,
        order=94,
    ),
    Command(
        "contrast",
        "ctrl+g",
        N_("Contrast"),
        N_("Turn high contrast on or off."),
        "contrast",
        _ALL,
        order=95,
    ),
    Command(
        "quit",
        "ctrl+q",
        N_("Quit"),
        N_("Leave the program."),
        "quit",
        _ALL,
        footer=True,
        order=99,
        priority=True,
    ),
)
