"""One dose: which it is, what became of it and when, and whose it is, typed again; or all that are not charted at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar, Final

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.course import AFTER_DEATH, AFTER_END, AFTER_LEAVING, AFTER_STOP, EARLY, LATE, SHORT_GAP
from immunosep_tui.record.entry import Author, Proposal
from immunosep_tui.record.kinds import GIVEN, NOT_CHARTED
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.dose_words import (
    AGAINST_WORDS,
    ALL_KEY,
    due_list,
    past_text,
    reason_text,
    rule_text,
    since_last_line,
    stamp,
)
from immunosep_tui.ui.form import Choice, Field, Verdict, choice_of
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.treatment import draw_up, each_product, missing_text
from immunosep_tui.ui.screens.recording import RecordingScreen
from immunosep_tui.ui.screens.whose import judge_whose, wanted_whose, whose_field
from immunosep_tui.ui.times import moment_text, typed_text
from immunosep_tui.ward.answers import course
from immunosep_tui.ward.charting import (
    ChosenDose,
    backlog,
    can_move_plan,
    dose_at,
    history,
    moved_slots,
    nearer_dose,
    offered_dose,
)
from immunosep_tui.ward.deeds import close_backlog, move_plan, record_dose
from immunosep_tui.ward.instants import moment, ms

OUTCOME_CHOICES: Final = (
    Choice("g", GIVEN, N_("given")),
    Choice("h", "held", N_("held")),
    Choice("r", "refused", N_("refused")),
    Choice("o", "omitted", N_("omitted")),
    Choice("n", NOT_CHARTED, N_("not charted")),
)

ALL_NOT_CHARTED: Final = Choice(ALL_KEY, "backlog", N_("all {count} that are not charted"))
"""The choice that closes the backlog in one deed."""

_BY_TIME: Final = (LATE, EARLY, SHORT_GAP)
"""Reasons that only a known time tells."""

_WHATEVER: Final = (AFTER_STOP, AFTER_END, AFTER_LEAVING, AFTER_DEATH)
"""Reasons that stand whatever became of the dose."""

_TOLD: Final = 4
"""Doses of a moved plan whose times are told."""

_YES, _NO = Choice("y", "yes", N_("yes")), Choice("n", "no", N_("no"))


class DoseScreen(RecordingScreen):
    """Records what became of one dose: of the one that was chosen, else of the one that is due or comes next.

    Args:
        desk: whose author signs.
        author: who signs.
        chart: the record as it was just read.
        key: names the deed.
        chosen: number of the entry of its course, and number of the dose; of one that is recorded it is a correction.
    """

    SCOPE: ClassVar[str] = "dose"
    SHEET: ClassVar[str] = "dose"
    ASKS_PIN = True

    def __init__(
        self, desk: Desk, author: Author, chart: Chart, key: str, chosen: tuple[int, int] | None = None
    ) -> None:
        super().__init__(desk, author, chart, key)
        self._wanted_dose = chosen
        self._dose: ChosenDose | None = None
        self.compare()
        self._opened_on = None if self._dose is None else self._dose.entry

    def compare(self) -> None:
        """The dose that is due may be another one by now, and a colleague may have recorded the one that was chosen."""
        row = self.desk.ward.row(self.desk.ward.get(self.chart.key))
        self._due_now = offered_dose(self.chart, row)
        self._dose = self._due_now if self._wanted_dose is None else dose_at(self.chart, *self._wanted_dose)
        self._backlog = () if self._dose is None else backlog(self._dose.course, row)

    @property
    def _is_overtaken(self) -> bool:
        """Whether something else is recorded of the chosen dose than when the sheet was opened."""
        return self._wanted_dose is not None and self._dose is not None and self._dose.entry != self._opened_on

    def about(self) -> str:
        """The dose: of which course, which, and the entry that would be replaced."""
        dose = self._dose
        if dose is None:
            return ""
        return ".".join(str(n) for n in (*dose.key, *(() if dose.replaces is None else (dose.replaces,))))

    # ---- what is asked -----------------------------------------------------------------------------------------
    def fields(self) -> list[Field]:
        """What, when, why where a reason is asked, whether the plan moves, and whose."""
        if self._dose is None:
            return []
        asked = {"at": not self._is_unknown, "reason": self._needs_reason, "move": self._may_move}
        return [field for field in self.every_field() if asked.get(field.name, True)]

    def every_field(self) -> list[Field]:
        """What, when, why, whether the plan moves, and whose."""
        yes_no = tuple(replace(each, label=_(each.label)) for each in (_YES, _NO))
        moves = _("Whether every later dose moves as far. Empty is no.")
        return [
            self._outcome_field,
            Field("at", _("At"), hint=_("2026-03-14 08:00; Ctrl+N writes the present minute.")),
            Field("reason", _("Reason"), hint=_("Why, for each of what is said above.")),
            Field("move", _("Move the plan"), choices=yes_no, hint=moves),
            whose_field(),
        ]

    @property
    def _is_unknown(self) -> bool:
        """Whether nobody knows what became of it, so that it stands at the time at which it was due."""
        return self._outcome in (NOT_CHARTED, ALL_NOT_CHARTED.value)

    @property
    def _outcome_field(self) -> Field:
        choices = [replace(each, label=_(each.label)) for each in OUTCOME_CHOICES]
        dose = self._dose
        if dose is not None and dose.entry is None and any(slot.number != dose.slot.number for slot in self._backlog):
            label = _(ALL_NOT_CHARTED.label).format(count=len(self._backlog))
            choices.append(replace(ALL_NOT_CHARTED, label=label))
        return Field("outcome", _("Dose was"), choices=tuple(choices), hint=_("Nothing is chosen for you."))

    def offers(self) -> dict[str, str]:
        """The present minute, where it lies inside the window of the dose and the clock is believed."""
        dose, now = self._dose, self.desk.now().replace(second=0, microsecond=0)
        if dose is None or self.desk.clock_doubt or not self._is_open_or_held:
            return {}
        is_on_time = abs(ms(now) - dose.slot.due) <= dose.course.plan.window > 0
        return {"at": typed_text(now, self.desk.zone)} if is_on_time else {}

    @property
    def _is_open_or_held(self) -> bool:
        dose = self._dose
        if dose is None or dose.entry is None:
            return dose is not None
        return dose.slot.number in dose.course.with_outcome("held")

    def on_screen_resume(self) -> None:
        """What was offered may be another minute than when the screen was left to a lock."""
        self.renew_offers()

    # ---- how it is judged --------------------------------------------------------------------------------------
    def judge(self, name: str, text: str) -> Verdict:
        """Each answer by itself."""
        if not text or name in ("outcome", "move"):
            return Verdict()
        if name == "reason":
            return self.judge_reason(text)
        if name != "at":
            return judge_whose(self.chart, text)
        verdict = self.judge_time(text)
        return replace(verdict, echo=_("now, {when}").format(when=verdict.echo)) if name in self._offered else verdict

    @property
    def _outcome(self) -> str:
        """What became of it, one of ``OUTCOMES`` or the backlog; empty while nothing is chosen."""
        choice = choice_of(self._outcome_field, self.text("outcome"))
        return choice.value if choice else ""

    @property
    def _is_all(self) -> bool:
        return self._outcome == ALL_NOT_CHARTED.value

    @property
    def _at(self) -> int | None:
        """When it was: as typed, for what is not charted when it was due; None while that is not known."""
        if self._dose is not None and self._outcome == NOT_CHARTED:
            return self._dose.slot.due
        found = self.time(self.text("at"))
        return ms(found) if isinstance(found, datetime) else None

    @property
    def _asks(self) -> tuple[str, ...]:
        """Why the chart asks for a reason, as far as the answers tell."""
        dose, at = self._dose, self._at
        if dose is None or self._is_all:
            return ()
        known = dose.slot.due if at is None else at
        found = self.chart.dose_asks(dose.course, dose.slot, self._outcome or GIVEN, known, dose.replaces)
        if not self._outcome:
            return tuple(ask for ask in found if ask in _WHATEVER)
        return tuple(ask for ask in found if at is not None or ask not in _BY_TIME)

    @property
    def _against(self) -> str:
        """What stands against giving the dose: a STOP, a CALL or what the course rests on, acknowledged or not."""
        return self.attention.against_dose

    @property
    def _needs_reason(self) -> bool:
        return bool(self._asks) or self._is_all or (self._outcome == GIVEN and bool(self._against))

    @property
    def _rule(self) -> str:
        """What cannot be recorded whatever the reason, and the way out; empty for nothing."""
        dose, at = self._dose, self._at
        if dose is None or at is None or not self._outcome or self._is_all:
            return ""
        if self._outcome == NOT_CHARTED and at > ms(self.desk.now()):
            return _("REFUSED: it is not due yet.")
        rule = self.chart.dose_against(dose.course, dose.slot, self._outcome, at, dose.replaces)
        return rule_text(self.desk, dose, rule, at) if rule else ""

    @property
    def _may_move(self) -> bool:
        at = self._at
        return self._dose is not None and at is not None and can_move_plan(self._dose, self._outcome, at)

    @property
    def _moves(self) -> bool:
        return self._may_move and self.text("move").casefold() in (_YES.key, _YES.value, _(_YES.label).casefold())

    # ---- what is said ------------------------------------------------------------------------------------------
    def what(self) -> list[Line]:
        """Drug, dose, route, number and time, in this order; then what asks for a reason, and what cannot be."""
        dose, desk = self._dose, self.desk
        if dose is None:
            return [("warn", self._why_none())]
        if self._is_all:
            return self._all_lines()
        slot, at = dose.slot, self._at
        said: list[Line] = [("title", f"{show(slot.product)} {show(slot.dose)} {show(slot.route)}"), *self._which()]
        if dose.entry is not None:
            past = past_text(desk, tuple(history(self.chart, *dose.key)))
            said.append(("plain", _("Recorded: {past}.").format(past=past)))
        if self._is_overtaken:
            return [*said, ("bad", _("It was recorded meanwhile: nothing is written over it."))]
        if self._against:
            said.append(("bad", _(AGAINST_WORDS[self._against])))
        if self._outcome in ("", GIVEN):
            said.append(since_last_line(desk, self.chart, dose, ms(desk.now()) if at is None else at))
        known = slot.due if at is None else at
        reasons = [reason_text(desk, self.chart, dose, self._outcome, ask, known) for ask in self._asks]
        said += [("warn", text) for text in reasons]
        if rule := self._rule:
            said.append(("bad", rule))
        if self._outcome == GIVEN and at is not None and (nearer := nearer_dose(dose, at)) is not None:
            text = _("This time is that of dose {n}, due {when}, which is open: is it this dose?")
            said.append(("warn", text.format(n=nearer.number, when=moment_text(moment(nearer.due), desk.zone))))
        said += self._shelf_lines()
        other = _("Another dose is chosen in Treatment ({key}).").format(
            key=key_name(command("room-treatment").keys[0])
        )
        ask = _("No catch-up dose is ever computed; after a missed one ask, never double.")
        part = _("{key}: a part of a dose.").format(key=key_name(command("further-dose").keys[0]))
        return [*said, *self._moved_lines(), ("dim", f"{ask} {other} {part}")]

    def _shelf_lines(self) -> list[Line]:
        """What the dose takes from the shelf, by the protocol of its course."""
        dose, edition = self._dose, self.desk.ward.protocols.edition(self.chart)
        if edition.missing:
            return [("warn", missing_text(edition.missing))]
        if dose is None or self.chart.course is None or dose.course.n != self.chart.course.n:
            return []
        doses = each_product(course(self.chart.sheet, edition.protocol, self.desk.zone).doses)
        return [("plain", draw_up(each)) for each in doses if each.product == dose.slot.product]

    def _which(self) -> list[Line]:
        """Which dose it is, of which course, and whether another one is due."""
        dose, due_now, desk = self._dose, self._due_now, self.desk
        assert dose is not None
        slot, due = dose.slot, moment(dose.slot.due)
        when = _("Dose {n} of {count}, day {day}, due {when} ({until})").format(
            n=slot.number,
            count=len(dose.course.plan.slots),
            day=slot.day,
            when=moment_text(due, desk.zone),
            until=desk.until(due),
        )
        lines: list[Line] = [("plain", when)]
        if self.chart.course is not None and dose.course.n != self.chart.course.n:
            first = moment_text(moment(dose.course.begins), desk.zone)
            lines.append(("warn", _("Of an earlier course, planned from {first}.").format(first=first)))
        if due_now is not None and due_now.key != dose.key:
            text = _("This is not the next dose: that is dose {n}, due {when}.")
            lines.append(
                ("warn", text.format(n=due_now.slot.number, when=moment_text(moment(due_now.slot.due), desk.zone)))
            )
        return lines

    def _all_lines(self) -> list[Line]:
        """What is closed at once."""
        text = _("Nobody knows whether they were given: not charted, which is not omitted. Each keeps its own time.")
        return [
            ("title", _("{count} DOSES NOT CHARTED").format(count=len(self._backlog))),
            ("plain", text),
            *due_list(self.desk, self._backlog),
            ("dim", _("One reason and one signature for all. A dose that was given is better charted as given.")),
        ]

    def _moved_lines(self) -> list[Line]:
        """The times that the plan would have if it moved."""
        dose, at = self._dose, self._at
        if dose is None or at is None or not self._may_move:
            return []
        slots = moved_slots(dose, at)
        times = ", ".join(stamp(self.desk, slot.due) for slot in slots[:_TOLD])
        yes = _("The plan moves with it: the next doses are due {times} ...")
        no = _("The plan stays. Moved with this dose, the next ones would be due {times} ...")
        return [("warn" if self._moves else "note", (yes if self._moves else no).format(times=times))] if slots else []

    def _why_none(self) -> str:
        """That no dose is offered, why, and where one is chosen."""
        if self.chart.course is None:
            return _("No course was started: there is no dose to record.")
        text = _("No dose waits to be charted. One that is recorded or cancelled is chosen in Treatment ({key}).")
        return text.format(key=key_name(command("room-treatment").keys[0]))

    def has_nothing(self) -> bool:
        """Whether there is no dose to record."""
        return self._dose is None or self._is_overtaken

    def wanted(self) -> str:
        """The first answer that is missing or refused."""
        if not self._outcome:
            return _("Say what became of the dose: given, held, refused, omitted or not charted.")
        if not self._is_all and self._at is None:
            return _("Type when, not in the future; Ctrl+N writes the present minute.")
        if rule := self._rule:
            return rule
        if self._needs_reason and self.judge_reason(self.text("reason")).mark != "ok":
            return self._wanted_reason()
        return wanted_whose(self.chart, self.text("whose"))

    def _wanted_reason(self) -> str:
        """What the reason has to say."""
        if self._outcome == GIVEN and self._against:
            return _("Say why it is given against what is said above.")
        if set(self._asks) & {LATE, EARLY}:
            return _("Say why it was not given on time.")
        return _("Say why, as it is asked above.")

    def proposals(self) -> Sequence[Proposal]:
        """The entry of the dose, with the move of the plan where that is chosen; or one for each dose of the backlog."""
        dose, at = self._dose, self._at
        signature = self.signature(self.text("reason") if self._needs_reason else "")
        if dose is None:
            return ()
        if self._is_all:
            return close_backlog(self.chart, dose.course.n, self._backlog, signature)
        if at is None:
            return ()
        course, number, when = dose.course.n, dose.slot.number, moment(at)
        told = record_dose(self.chart, number, self._outcome, when, signature, course=course, corrects=dose.replaces)
        return [told, move_plan(self.chart, course, number, when, signature)] if self._moves else [told]
