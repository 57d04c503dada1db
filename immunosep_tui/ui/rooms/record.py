"""Every entry of the patient's record, newest first: who, when, what it says, and what it corrected."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from immunosep_tui.i18n import _, words
from immunosep_tui.record.entry import Entry
from immunosep_tui.record.kinds import CodeBroken, SignedOff
from immunosep_tui.ui.desk import Desk
from immunosep_tui.ui.entry_panel import entry_lines
from immunosep_tui.ui.entry_words import Book
from immunosep_tui.ui.form_cell import Cell
from immunosep_tui.ui.panel import Line, Panel
from immunosep_tui.ui.rooms.room import Room
from immunosep_tui.ui.sheet import Sheet
from immunosep_tui.ui.show import shown
from immunosep_tui.ui.widgets.entry_list import EntryList


class RecordRoom(Room):
    """The list above, the chosen entry below; nothing is edited here, a correction is a new entry."""

    DEFAULT_CSS = """
    RecordRoom #broken { height: auto; max-height: 4; display: none; background: $error; color: $background; }
    RecordRoom #broken { text-style: bold; padding: 0 1; }
    RecordRoom #filter { height: 1; background: $panel; }
    RecordRoom #filter Static { width: auto; padding: 0 1; }
    RecordRoom #filter Cell { width: 1fr; background: $panel; }
    RecordRoom EntryList { height: 1fr; }
    RecordRoom > Panel { height: 1fr; max-height: 16; padding: 0 1; background: $surface; border-top: solid $panel; }
    """

    def __init__(self, desk: Desk, sheet: Sheet) -> None:
        super().__init__(desk, sheet)
        self._sought = Cell(self._type, self._refused, self._take)
        self._book = Book((), desk.zone)
        self._texts: dict[int, str] = {}
        self._wanted = ""
        self._broken = ""

    def compose(self) -> ComposeResult:
        """The lifted blinding, the filter, the entries, the whole of one."""
        yield Static(id="broken")
        with Horizontal(id="filter"):
            yield Static(shown(_("Filter (/) by kind, author or text:")))
            yield self._sought
        yield EntryList()
        yield Panel()

    def enter(self) -> None:
        """The list takes the keyboard."""
        self.screen.set_focus(self.query_one(EntryList))

    def reload(self) -> None:
        """Show what was recorded meanwhile."""
        self.redraw()

    def redraw(self) -> None:
        """Show the record as it was last read; what is on the screen is not made up again where nothing is new."""
        chart = self.desk.ward.chart(self.patient.key)
        if chart.entries != self._book.entries or self._book.protocol is None:
            self._book = Book(chart.entries, self.desk.zone, self.protocol)
            self._list()

    def lines(self) -> list[Line]:
        """The chosen entry."""
        entry = self.chosen
        return [] if entry is None else entry_lines(self._book, entry)

    @property
    def chosen(self) -> Entry | None:
        """The entry under the cursor."""
        return self.query_one(EntryList).chosen

    # ---- the filter --------------------------------------------------------------------------------------------
    def open_filter(self) -> None:
        """Ask what to look for."""
        self.screen.set_focus(self._sought)

    def _type(self, text: str) -> None:
        wanted = text.strip().casefold()
        if wanted != self._wanted:
            self._wanted = wanted
            self._list()

    def _refused(self, why: object) -> None:
        self.app.hint = words(why)  # type: ignore[attr-defined, arg-type]

    def _take(self, event: events.Key) -> bool:
        """Enter and Down go to the list; Esc shows all entries again."""
        if event.key == "escape":
            self._show_all()
        elif event.key in ("enter", "down"):
            self.enter()
        else:
            return False
        return True

    @on(EntryList.Left)
    def _show_all(self) -> None:
        self._sought.value = ""
        self.enter()

    def _text(self, entry: Entry) -> str:
        """What of an entry is looked through; an entry never changes, only what took it back is new."""
        if entry.n not in self._texts:
            values = (f"{name} {text}" for name, text in entry.body.told(self._book))
            said = (self._book.line(entry), entry.author, _(entry.role), entry.reason, *values)
            self._texts[entry.n] = "\n".join(said).casefold()
        return f"{self._texts[entry.n]}\n{self._book.took_back(entry)}"

    # ---- drawing -----------------------------------------------------------------------------------------------
    def _list(self) -> None:
        book, wanted = self._book, self._wanted
        found = [entry for entry in reversed(book.entries) if not wanted or wanted in self._text(entry)]
        board = self.query_one(EntryList)
        board.is_filtered = bool(wanted)
        empty = _("No entry has these words. Esc shows all.")
        if not book.entries:
            empty = _("Nothing is recorded yet: what was typed is a draft until it is signed (Ctrl+S).")
        board.show_entries(book, found, self._title(len(found)), empty, self.desk.now())
        self._show_broken()
        self._show_chosen()

    def _title(self, count: int) -> str:
        told = _("Record: {count} of {all} shown. Esc shows all.")
        if not self._wanted:
            told = _("Record: {count} of {all} shown, newest first.")
        title = told.format(count=count, all=len(self._book.entries))
        off = [
            (e, e.body.upto)
            for e in self._book.entries
            if isinstance(e.body, SignedOff) and e.n not in self._book.takers
        ]
        if not off:
            return f"{title} {_('Never reviewed.')}"
        entry, upto = off[-1]
        return f"{title} " + _("Reviewed up to no. {n} by {author}.").format(n=upto, author=entry.author)

    def _show_broken(self) -> None:
        """The lifted blinding stands above everything; no filter hides it."""
        told = _("CODE BROKEN: no. {n}, {when}, by {author} ({role}): {contents}")
        lines = [
            told.format(n=e.n, when=self._book.time(e.at), author=e.author, role=_(e.role), contents=e.body.contents)
            for e in self._book.entries
            if isinstance(e.body, CodeBroken)
        ]
        if (text := "  ".join(lines)) != self._broken:
            self._broken = text
            banner = self.query_one("#broken", Static)
            banner.update(shown(text))
            banner.display = bool(text)

    @on(EntryList.Moved)
    def _show_chosen(self) -> None:
        panel = self.query_one(Panel)
        panel.action_scroll(-len(self._book.entries) - 1_000_000)
        panel.show_lines(self.lines())
