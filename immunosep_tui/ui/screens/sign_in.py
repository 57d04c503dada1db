"""Who is there: initials and PIN before something is signed, and the lock behind which nothing can be read."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from immunosep_tui.i18n import _, words
from immunosep_tui.record.entry import Author
from immunosep_tui.record.kinds import ROLES, Person
from immunosep_tui.rules.reason import N_
from immunosep_tui.rules.text import show
from immunosep_tui.store.errors import StoreError
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.form import Choice, Field, Form, Verdict, choice_of
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.times import moment_text
from immunosep_tui.ui.widgets.footer import KeyFooter
from immunosep_tui.ward.instants import moment, ms
from immunosep_tui.ward.people import SignedIn, Wrong, enroll, people, pin_fault, read_initials, sign_in


class SignInScreen(Screen[Author | None]):
    """Asks for initials, then for the PIN; somebody new chooses a role and a PIN.

    Args:
        desk: whose ward it is.
        locked: whether nothing else may be done until somebody has signed in.
    """

    SCOPE: ClassVar[str] = "sign-in"
    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", N_("Back"), show=False, priority=True)]
    DEFAULT_CSS = """
    SignInScreen { background: $surface; }
    SignInScreen #what { height: 9; padding: 0 1; }
    SignInScreen Form { height: 1fr; padding: 0 1; max-width: 76; }
    """

    ready: bool = False
    """Whether the form has the keyboard; the shell holds keys until then."""

    def __init__(self, desk: Desk, *, locked: bool = False) -> None:
        super().__init__()
        self._desk = desk
        self.may_leave = not locked
        self.OVER_LOCK = locked
        self._people: dict[str, Person] | None = None
        self._initials = ""
        self._texts: dict[str, str] = {}
        self._notice = ""
        self._counts = ""

    def compose(self) -> ComposeResult:
        """What this is, the questions, the keys."""
        yield Panel(id="what")
        yield Form([self._who()], {}, self._judge, changed=self._typed)
        yield KeyFooter()

    async def on_mount(self) -> None:
        """Take the keyboard, then read who may sign and how much waits."""
        self._draw()
        self.query_one(Form).focus()
        self.ready = True
        self.set_interval(30, self._count)
        await self._count()

    async def _count(self) -> None:
        """How much waits, in numbers only."""
        try:
            found = (await asyncio.to_thread(self._desk.ward.listing)).summary
            self._people = await asyncio.to_thread(people, self._desk.ward.store)
        except StoreError as error:
            self._counts = f"{words(error.text)} {words(error.advice)}"
        else:
            drafts = len(self._desk.ward.drafts.all())
            text = _("Patients on the ward: {patients}. STOP: {stops}. CALL: {calls}. Overdue doses: {overdue}.")
            said = text.format(patients=found.patients, stops=found.stops, calls=found.calls, overdue=found.overdue)
            self._counts = f"{said} {_('Unsigned drafts: {drafts}.').format(drafts=drafts)}"
        self._draw()

    # The questions.

    def _who(self) -> Field:
        hint = _("Two to four letters. Enter goes on.")
        return Field("initials", _("Initials"), hint=hint)

    def _pin(self, label: str = "") -> Field:
        return Field("pin", label or _("PIN"), hint=_("Digits; only their number is shown."), secret=True)

    def _new(self) -> list[Field]:
        roles = tuple(Choice(role[0], role, _(role)) for role in ROLES)
        return [
            Field("role", _("Role"), choices=roles, heading=_("New here: {initials}").format(initials=self._initials)),
            self._pin(_("Choose a PIN")),
            Field("again", _("The same PIN again"), secret=True),
        ]

    def _judge(self, name: str, text: str) -> Verdict:
        if not text or name == "role":
            return Verdict()
        if name == "initials":
            if read_initials(text) is None:
                return Verdict("refused", message=_("Two to four letters from A to Z are taken."))
            return Verdict("ok")
        if name == "again":
            same = text == self._texts.get("pin")
            return Verdict("ok") if same else Verdict("refused", message=_("It is not the PIN above."))
        fault = pin_fault(text) if self._is_new else None
        return Verdict("refused", message=words(fault)) if fault else Verdict()

    @property
    def _is_new(self) -> bool:
        return bool(self._initials) and self._people is not None and self._initials not in self._people

    def _typed(self, name: str, text: str) -> None:
        self._texts[name] = text
        if self._notice:
            self._notice = ""
            self._draw()
        if name == "pin":
            self.query_one(Form).refresh_verdicts()

    @on(Form.Left)
    async def _left(self, event: Form.Left) -> None:
        event.stop()
        form = self.query_one(Form)
        if event.direction < 0:
            self._start_again()
        elif not self._initials:
            await self._go_on()
        elif self._is_new:
            await self._enroll()
        else:
            await self._sign_in()
        form.stay()
        if self.is_active:
            form.focus()

    async def _go_on(self) -> None:
        """From the initials to what they ask for."""
        initials = read_initials(self._texts.get("initials", ""))
        if initials is None:
            return
        if self._people is None:
            await self._count()
        if self._people is None:
            return
        if not self.may_leave and not self._people:
            self._finish(None)  # without anybody's PIN the lock only hides
            return
        if not self.may_leave and initials not in self._people:
            self._start_again()
            self._say(_("Nobody with these initials signs here yet. A colleague who signs in can enroll them."))
            return
        self._initials = initials
        self.query_one(Form).load([self._pin()] if initials in self._people else self._new(), {})
        self._draw()

    def _start_again(self) -> None:
        self._initials = ""
        self._texts = {}
        self.query_one(Form).load([self._who()], {})
        self._draw()

    async def _sign_in(self) -> None:
        """Look at the PIN, in a thread: that is slow on purpose."""
        assert self._people is not None
        desk, person = self._desk, self._people[self._initials]
        pin = self._texts.pop("pin", "")
        if not pin:
            return
        self.query_one(Form).load([self._pin()], {})
        try:
            found = await asyncio.to_thread(sign_in, desk.ward.store, person, pin, ms(desk.now()), desk.place)
        except StoreError as error:
            self._say(f"{words(error.text)} {words(error.advice)}")
            return
        if isinstance(found, Wrong):
            self._say(words(found.text))
        else:
            self._welcome(found)

    def _welcome(self, found: SignedIn) -> None:
        before = found.before
        if before.last_at is not None:
            when = moment_text(moment(before.last_at), self._desk.zone)
            text = _("Last signed in {when} on {place}; wrong PINs since: {count}.")
            said = text.format(when=when, place=show(before.last_place) or "-", count=before.failures)
            self.app.hint = said  # type: ignore[attr-defined]
        self._finish(found.author)

    async def _enroll(self) -> None:
        role = choice_of(self._new()[0], self._texts.get("role", ""))
        pin = self._texts.get("pin", "")
        fault = pin_fault(pin)
        if role is None or fault is not None or pin != self._texts.get("again"):
            self._say(_("Choose a role, then type a PIN and the same PIN again."))
            return
        desk = self._desk
        work = (desk.ward.store, self._initials, role.value, pin, desk.author, ms(desk.now()), desk.place)
        try:
            author = await asyncio.to_thread(enroll, *work)
        except StoreError as error:
            self._say(f"{words(error.text)} {words(error.advice)}")
        except ValueError:
            self._start_again()
            self._say(_("These initials are taken by now."))
        else:
            self._finish(author)

    def _finish(self, author: Author | None) -> None:
        """Open the desk, then go: a key that was typed ahead must find it open, and theirs."""
        self._texts = {}
        if self.is_active:
            self._desk.author, self._desk.is_locked = author, False
            self.dismiss(author)

    def action_leave(self) -> None:
        """Go back without signing in, where that is allowed; from the lock, to the initials."""
        if self.may_leave and self.is_active:
            self.dismiss(None)
        else:
            self._start_again()

    # What is shown.

    def _say(self, notice: str) -> None:
        self._notice = notice
        self._draw()

    def _draw(self) -> None:
        title = _("Who signs?") if self.may_leave else _("LOCKED")
        lines: list[Line] = [("title", f"immunosep-tui: {title}"), ("plain", "")]
        if not self.may_leave:
            lines.append(("plain", self._counts or " "))
            nobody = self._people is not None and not self._people
            how = _("Nobody has a PIN yet: any initials open it.") if nobody else _("Sign in with initials and PIN.")
            lines.append(("plain", how + " " + _("What was typed is kept.")))
        elif self._people is not None and not self._people:
            lines.append(("plain", _("Nobody is enrolled yet: type your initials, then choose a role and a PIN.")))
        else:
            lines.append(("plain", _("What is signed carries these initials. Esc goes back; the draft stays.")))
        lines.append(("dim", _("A PIN keeps colleagues apart on one workstation; it encrypts nothing.")))
        if self._notice:
            lines.append(("bad", self._notice))
        self.query_one("#what", Panel).show_lines(lines)
