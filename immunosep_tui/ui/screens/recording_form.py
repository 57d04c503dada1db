"""The rows of a sheet that records: what is asked, how each answer is judged, and the draft that it is."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from textual.screen import ModalScreen

from immunosep_tui.i18n import _
from immunosep_tui.record.chart import Chart
from immunosep_tui.record.entry import Author
from immunosep_tui.record.kinds import Person
from immunosep_tui.rules.instant import parse_local
from immunosep_tui.rules.number import Refusal
from immunosep_tui.rules.reason import N_, say
from immunosep_tui.ui.commands import command
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Field, Form, Verdict, judge_choice
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.panel import Line
from immunosep_tui.ui.rooms.verdicts import refusal_text, words_verdict
from immunosep_tui.ui.screens.recording_words import with_keys
from immunosep_tui.ui.screens.sheet_draft import SheetDraft
from immunosep_tui.ui.times import moment_text, typed_text
from immunosep_tui.ward.reading import EARLY


class RecordingForm(ModalScreen[bool]):
    """Rows of one sheet that records; what is typed into them is a draft of the patient, of the sheet and of its subject.

    Args:
        desk: whose author signs.
        author: who signs.
        chart: the record as it was just read.
        key: names the deed, so that it is recorded once whatever happens on the way; a draft brings its own.
    """

    SHEET: ClassVar[str] = ""
    """Name under which what is typed is kept as a draft."""
    ASKS_PIN: ClassVar[bool] = False

    person: Person | None = None
    """Whose PIN is asked; nobody's on a ward where nobody is enrolled."""

    def __init__(self, desk: Desk, author: Author, chart: Chart, key: str) -> None:
        super().__init__()
        self.desk = desk
        self.author = author
        self.chart = chart
        self._key = key
        self._texts: dict[str, str] = {}
        self._choices: dict[str, Field] = {}
        self._offered: dict[str, str] = {}
        self._draft: SheetDraft | None = None
        self._discarding = False
        self._busy = False

    # ---- for each screen to say --------------------------------------------------------------------------------
    def fields(self) -> list[Field]:
        """What is asked; none where nothing is."""
        return []

    def every_field(self) -> list[Field]:
        """Every row that is ever asked, whatever is answered; by these a draft is told."""
        return self.fields()

    def judge(self, name: str, text: str) -> Verdict:
        """The verdict on an answer."""
        return Verdict()

    def compare(self) -> None:
        """Make up anew what would be recorded, after a colleague was faster."""

    def about(self) -> str:
        """The entries or the dose that the sheet is about, whatever is typed: a draft is offered for the same only."""
        return ""

    def offers(self) -> dict[str, str]:
        """Texts that are offered for rows in which nothing is typed; typing into the row or a later one takes them."""
        return {}

    def draw(self, notice: str = "") -> None:
        """Show what would be recorded, and what the keys do."""

    # ---- the answers -------------------------------------------------------------------------------------------
    def text(self, name: str) -> str:
        """What was answered."""
        return self._texts.get(name, "").strip()

    def _asked(self) -> list[Field]:
        """The rows of the form, as the record is now."""
        fields = [with_keys(field) for field in (*self.fields(), *self._pin())]
        self._choices = {field.name: field for field in fields if field.choices}
        return fields

    def _refused(self) -> str:
        """The first row whose text is refused, whether or not it is needed."""
        for form in self.query(Form):
            for field in form.fields:
                text = self._texts.get(field.name, "")
                verdict = self._judge(field.name, text)
                if verdict.mark == "refused":
                    return _("Correct first: {label}. {why}").format(label=field.label, why=verdict.message)
        return ""

    def _judge(self, name: str, text: str) -> Verdict:
        if name == "pin":
            return Verdict()
        if name in self._choices and (verdict := judge_choice(self._choices[name], text, _)).mark == "refused":
            return verdict
        return self.judge(name, text)

    def judge_reason(self, text: str) -> Verdict:
        """Any printable words of reasonable length; digits alone were meant for another row."""
        if text.strip() and not any(character.isalpha() for character in text):
            return Verdict("refused", message=_("Say it in words: digits alone are no reason."))
        return words_verdict(text)

    def judge_time(self, text: str) -> Verdict:
        """A time of the site's clock that has come."""
        if not text:
            return Verdict()
        found = self.time(text)
        if isinstance(found, Refusal):
            return Verdict("refused", message=refusal_text(found))
        return Verdict("ok", moment_text(found, self.desk.zone))

    def time(self, text: str) -> datetime | Refusal:
        """A typed time that has come."""
        found = parse_local(text, self.desk.zone)
        if isinstance(found, datetime) and found > self.desk.now() + EARLY:
            return Refusal("future", text, say(N_("This time has not come yet.")), say(N_("A time that has passed.")))
        return found

    def action_now(self) -> None:
        """Write the present minute where a time is typed."""
        for form in self.query(Form):
            if form.active == "at":
                now = typed_text(self.desk.now(), self.desk.zone)
                form.type_text(now)
                if "at" in self._offered:
                    self._typed("at", now)

    @property
    def asks_pin(self) -> bool:
        """Whether the PIN of whoever signs is asked again, because of what it means for the patient."""
        return self.ASKS_PIN

    def _pin(self) -> list[Field]:
        if not self.asks_pin or self.person is None:
            return []
        hint = _("The PIN of {initials}: who signs this proves who it is.")
        return [Field("pin", _("PIN"), hint=hint.format(initials=self.author.initials), secret=True)]

    def _wanted_pin(self) -> str:
        return _("Type your PIN.") if self._pin() and not self.text("pin") else ""

    # ---- the draft ---------------------------------------------------------------------------------------------
    def _open_draft(self) -> SheetDraft:
        """What was typed before, for what it is about now."""
        given = (self.desk, self.chart, self.SHEET, self.about(), self.author.initials, self._key)
        self._draft = draft = SheetDraft(*given)
        self._key = draft.idempotency_key
        return draft

    def _form(self) -> Form | None:
        """The rows with what was typed into them before; None where nothing is asked."""
        if self._take_draft(self._open_draft()):
            self.compare()
        rows = self._asked()
        return Form(rows, self._texts, self._judge, changed=self._typed) if rows else None

    def _take_draft(self, draft: SheetDraft) -> bool:
        """Take what was typed before, row by row as one asks for another; whether anything was."""
        typed: dict[str, str] = {}
        self._take_up(typed)
        while (more := draft.texts(self._asked())) != typed:
            typed = more
            self._take_up(typed)
        return bool(typed)

    def _take_up(self, typed: dict[str, str]) -> None:
        """Take what is typed as the texts of the rows, with what is offered for the others."""
        self._offered = {name: text for name, text in self.offers().items() if name not in typed}
        self._texts = self._offered | typed

    def _follow(self) -> None:
        """Take up the draft of what it is about by now, where a colleague's entry has changed that."""
        if self._draft is not None and self._draft.about != self.about():
            self._key = uuid.uuid4().hex
            self._take_draft(self._open_draft())
            self._retype(self._own_texts)

    def _draft_lines(self) -> list[Line]:
        return [] if self._draft is None else self._draft.lines(self.every_field())

    def renew_offers(self) -> None:
        """Offer what is offered by now, where nothing was typed instead."""
        for name, text in (self._offered if not self._busy else {}).copy().items():
            fresh = self.offers().get(name, "")
            if fresh != text:
                self._offered[name] = self._texts[name] = fresh
                for form in self.query(Form):
                    if name in form.texts:
                        form.set_text(name, fresh)

    @property
    def _own_texts(self) -> dict[str, str]:
        """The texts without those that are only offered."""
        return {name: text for name, text in self._texts.items() if name not in self._offered}

    def _typed(self, name: str, text: str) -> None:
        self._texts[name] = text
        for form in self.query(Form):
            rows = [field.name for field in form.fields]
            passed = rows[: rows.index(name) + 1] if name in rows else []
            taken = [each for each in passed if self._offered.pop(each, None) is not None]
            is_kept = any(each.name in {name, *taken} and each.is_kept for each in form.fields)
            if self._draft is not None and is_kept:
                self._draft.keep(form.fields, self._own_texts)
            self._put_rows(form)
        self.draw()

    def _put_rows(self, form: Form) -> None:
        """Ask what the answers so far ask for: a row may come or go with one."""
        if (rows := self._asked()) != list(form.fields):
            form.put_rows(rows, self._texts)

    def action_discard(self) -> None:
        """Throw away what is typed on this sheet when the key is pressed a second time."""
        draft = self._draft
        if draft is None or self._busy or not (draft.found or draft.others or any(self._own_texts.values())):
            return
        if not self._discarding:
            self._discarding = True
            self.set_timer(5, self._keep_draft)
            text = _("Press {key} again to throw away what is typed on this sheet.")
            self.draw(text.format(key=key_name(command("discard-sheet").keys[0])))
            return
        self._discarding = False
        draft.discard()
        self._key = draft.idempotency_key
        self._retype({})

    def _keep_draft(self) -> None:
        self._discarding = False

    def _retype(self, texts: dict[str, str]) -> None:
        """Show the rows with other texts."""
        self._take_up(texts)
        self.compare()
        for form in self.query(Form):
            form.load(self._asked(), self._texts)
        self.draw()
