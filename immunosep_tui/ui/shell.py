"""The application shell: what makes a terminal program safe to leave, to interrupt and to break; nothing clinical."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final
from weakref import WeakKeyDictionary

from textual import events
from textual.app import App, ScreenError
from textual.binding import Binding, BindingType
from textual.css.query import QueryError
from textual.driver import Driver
from textual.geometry import Size
from textual.reactive import Reactive
from textual.theme import BUILTIN_THEMES
from textual.widget import WidgetError

from immunosep_tui.i18n import _
from immunosep_tui.ui import commands, crash, signals, themes
from immunosep_tui.ui.going import may_go
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.screens.too_small import TooSmall, is_too_small

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.actions import ActionParseResult
    from textual.dom import DOMNode
    from textual.message import Message
    from textual.screen import Screen

LANDING_SECONDS: Final = 0.5
"""Longest wait for a field to take a key; a field that is going away never does."""

LISTENING_SECONDS: Final = 2.0
"""Longest time that a key is held for a screen on its way."""

HARD_EXIT_AFTER: Final = 2.0
"""Seconds after which a process that was told to end ends, whatever it is waiting for."""


class Shell(App[int], inherit_bindings=False):
    """A base application: subclasses add screens and say in ``before_leaving`` how to keep what was typed.

    Started with ``start``, which returns the exit status: 0 after quitting, 1 after a fault in the program, 128 plus
    the number of the signal that ended it.
    """

    TITLE = "immunosep-tui"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = set()
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *commands.bindings_for(commands.EVERYWHERE),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    theme: Reactive[str] = Reactive(themes.DARK.name)
    hint: Reactive[str] = Reactive("", repaint=False)
    """A sentence that the footer shows until the next key."""
    who: Reactive[str] = Reactive("", repaint=False)
    """Who is signed in, in the footer."""
    _on_its_way: events.Event | None = None

    def __init__(self, theme: str = themes.DARK.name) -> None:
        super().__init__()
        self.leaving = False
        self._at_terminal = False
        self._deadline: threading.Timer | None = None
        self._last_words = ""
        self._heard_by: WeakKeyDictionary[events.Event, Screen[Any]] = WeakKeyDictionary()
        self._window: Size | None = None
        self._theme_before_contrast = theme
        self._wear(theme)
        self.animation_level = "none"

    def _wear(self, theme: str) -> None:
        """Offer our own themes only, and put one on before styles are parsed for the first time."""
        for name in BUILTIN_THEMES:
            self.unregister_theme(name)
        for palette in themes.PALETTES:
            self.register_theme(themes.theme(palette))
        self.set_reactive(Shell.theme, self._validate_theme(theme))
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)

    def watch_hint(self) -> None:
        """Let the footers say it. They do not watch it themselves: the program would hold each that ever was."""
        for screen in self.screen_stack:
            for footer in screen.query("KeyFooter"):
                footer.refresh()

    watch_who = watch_hint

    def before_leaving(self) -> bool:
        """Make durable what was typed, synchronously; ``True`` when it is safe. There is nothing to keep here."""
        return True

    def touched(self) -> None:
        """Somebody used the keyboard or the mouse; nothing follows from it here."""

    def start(self, *, mouse: bool = True, then: Callable[[], object] = lambda: None) -> int:
        """Run in the terminal until it is left, and return the exit status.

        Args:
            mouse: whether the program sees the mouse; without it the terminal's own selection works.
            then: what is done once the terminal has been given back, while signals are still heard.
        """
        self._at_terminal = True
        with crash.recorded_quietly(), signals.heard(self._set_deadline_for, self._end_by):
            try:
                self.run(mouse=mouse)
            except KeyboardInterrupt:
                self._keep()
                self._return_code = 128 + signal.SIGINT
            except Exception as error:
                self.fail(error)
            finally:
                then()
            if self._last_words and sys.__stderr__ is not None:
                print(self._last_words, file=sys.__stderr__)
        return self.return_code or 0

    def leave(self, status: int = 0, *, urgent: bool = False) -> None:
        """Keep what was typed, then leave; from then on no part that does not go can hold the program up.

        Args:
            status: exit status.
            urgent: somebody else ends the program: no failure and no wait may hold it up.
        """
        if urgent:
            self._set_deadline(status)
        if self.leaving:
            return
        self.leaving = True
        if urgent:
            self._keep()
        else:
            self.before_leaving()
        self._set_deadline(status)
        self.exit(status, return_code=status)

    def fail(self, error: Exception) -> None:
        """Leave because of a fault in the program."""
        self._handle_exception(error)

    def _keep(self) -> bool:
        try:
            return self.before_leaving()
        except Exception as error:
            crash.record(error)
            return False

    def _set_deadline(self, status: int) -> None:
        if self._at_terminal and self._deadline is None:
            self._deadline = threading.Timer(HARD_EXIT_AFTER, self._hard_exit, (status,))
            self._deadline.daemon = True
            self._deadline.start()

    def _set_deadline_for(self, number: int) -> None:
        self._set_deadline(128 + number)

    def _end_by(self, number: int) -> None:
        """Leave because of a signal; a second one changes nothing."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop was closed a moment ago
                self._loop.call_soon_threadsafe(partial(self.leave, 128 + number, urgent=True))
        elif not self.leaving:
            sys.exit(128 + number)

    def _hard_exit(self, status: int) -> None:
        try:
            release = getattr(self._driver, "release", None)
            if release is not None:
                release(self._last_words)
        finally:
            os._exit(status)

    # Faults. Textual prints the traceback with all local variables, that is with the record of a patient.

    def _handle_exception(self, error: Exception) -> None:
        """Leave because of a fault; while the program is left, a part that is missing is none: screens lose theirs first."""
        first = getattr(error, "error", error)  # a worker's failure wraps it
        if not (self.leaving and isinstance(first, QueryError | WidgetError | ScreenError)):
            super()._handle_exception(first)

    def panic(self, *renderables: Any) -> None:
        """Leave because of a fault; what Textual wants to print is left out."""
        self._fatal_error()

    def _fatal_error(self) -> None:
        if self._at_terminal and not self._last_words:
            self._set_deadline(1)
            fault = crash.record(self._exception or RuntimeError())
            self._last_words = crash.last_words(fault, kept=False)  # said if keeping hangs
            self._last_words = crash.last_words(fault, kept=self._keep())
        self._close_messages_no_wait()

    def _stray(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Record a fault that nobody waited for; asyncio would log it to the terminal."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            crash.record(error)

    # Terminal.

    def get_driver_class(self) -> type[Driver]:
        """The hardened driver on Linux and macOS, Textual's own on Windows."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from immunosep_tui.ui.driver import TolerantDriver

        return TolerantDriver

    def on_load(self) -> None:
        """Keep faults in tasks off the screen."""
        if self._at_terminal:
            asyncio.get_running_loop().set_exception_handler(self._stray)

    def on_mount(self) -> None:
        """Watch the size of the window from now on."""
        self.screen_change_signal.subscribe(self, self._on_screen_change)
        self._window = self.size
        self._check_window()
        self._say_training()

    def on_resize(self, event: events.Resize) -> None:
        """Cover or uncover the screen."""
        if self._window is not None:
            self._window = event.size
            self._check_window()

    def _on_screen_change(self, _screen: Screen[Any]) -> None:
        self._check_window()
        self._say_training()

    @property
    def is_training(self) -> bool:
        """Whether nothing on any screen belongs to a patient."""
        return False

    def _say_training(self) -> None:
        """Let the first line of the screen say that nothing on it is a patient's."""
        if not self.is_training or not self.screen_stack or getattr(self.screen, "SAYS_TRAINING", False):
            return
        if not self.screen.query("TrainingLine"):
            from immunosep_tui.ui.widgets.training_line import TrainingLine

            self.screen.mount(TrainingLine())

    def _check_window(self) -> None:
        if self._window is None or self.leaving or not self.screen_stack:
            return
        covered = isinstance(self.screen, TooSmall)
        if is_too_small(self._window) and not covered:
            self.push_screen(TooSmall())
        elif covered and not is_too_small(self._window):
            self.pop_screen()

    async def on_event(self, event: events.Event) -> None:
        """Let no input through while the window is too small, nor to another screen; any key ends a hint."""
        is_input = isinstance(event, events.InputEvent | events.Paste)
        if is_input and (self.leaving or not self.screen_stack):
            return  # what is typed while the program is leaving
        if is_input and self._heard_by.get(event, self.screen) is not self.screen:
            return  # it comes back unused from a screen that has given way to this one
        if is_input and not event.is_forwarded:
            self.touched()
            if isinstance(self.screen, TooSmall):
                return
            if isinstance(event, events.Key):
                self.hint = ""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._until_somebody_listens()
            if self.leaving or not self.screen_stack:
                return
            self._heard_by[event] = screen = self.screen
            field = screen.focused or screen
            self._on_its_way = event
            await super().on_event(event)
            await self._let_it_land(event, field)
            unused, self._on_its_way = self._on_its_way is None, None
            if unused and isinstance(event, events.Key) and not self.leaving and screen in self.screen_stack[-1:]:
                await self._check_bindings(event.key)
        else:
            await super().on_event(event)

    @property
    def listens(self) -> bool:
        """Whether the current screen is there and no form in use waits for what follows it."""
        return getattr(self.screen, "ready", True) and not getattr(self.screen.focused, "waiting", False)

    async def _until_somebody_listens(self) -> None:
        """Hold a key that was typed ahead while the keyboard is on its way to another form or screen."""
        end = asyncio.get_running_loop().time() + LISTENING_SECONDS
        while self.screen_stack and asyncio.get_running_loop().time() < end:
            if self.listens:
                return
            await asyncio.sleep(0.002)
        field: Any = self.screen.focused if self.screen_stack else None
        if hasattr(field, "waiting"):
            field.waiting = False  # what should have followed does not come: no other key waits for it

    def post_message(self, message: Message) -> bool:
        """Take a key that comes back unused while it is waited for: what it means is done before the next one."""
        if message is not self._on_its_way:
            return super().post_message(message)
        self._on_its_way = None
        return True

    async def _let_it_land(self, event: events.Event, field: DOMNode) -> None:
        """Wait until the key was used, or all around the field in use have had it.

        A command typed behind it then finds it there, and what is typed behind a command comes to where that leads.
        """
        if not event.is_forwarded:  # a command, and the keyboard may be elsewhere by now
            field = (self.screen.focused or self.screen) if self.screen_stack else self
        for widget in field.ancestors_with_self:
            landed = asyncio.Event()
            if widget is self or not widget.is_attached or not widget.call_later(landed.set):
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(landed.wait(), LANDING_SECONDS)
            if not landed.is_set() or event._stop_propagation or not event.is_forwarded:
                return

    # Commands that work everywhere.

    @property
    def scope(self) -> str:
        """The scope that the current screen names in ``SCOPE``."""
        return str(getattr(self.screen, "SCOPE", ""))

    async def run_command(self, command: commands.Command) -> None:
        """Do what a command says, on the application or on the current screen; nothing while the program is left."""
        if self.leaving:
            return
        await self.run_action(command.action, self if commands.EVERYWHERE in command.where else self.screen)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key or a command says, on a screen that may be left meanwhile."""
        with may_go(self if default_namespace is None else default_namespace):
            return await super().run_action(action, default_namespace, namespaces)
        return True

    async def action_command(self, identity: str) -> None:
        """Run the command of that id, for the footer's entries."""
        await self.run_command(commands.command(identity))

    async def action_quit(self) -> None:
        """Leave with status 0."""
        self.leave()

    async def action_back(self) -> None:
        """Close the current screen unless it is the only one or must not be left."""
        if len(self.screen_stack) > 1 and getattr(self.screen, "may_leave", True):
            self.screen.dismiss()

    def is_open(self, kind: type[Screen[Any]]) -> bool:
        """Whether a screen of that kind is open, if covered: none that works everywhere is opened twice."""
        return any(isinstance(screen, kind) for screen in self.screen_stack)

    async def action_help(self) -> None:
        """Open the help screen, or go back to it, or from it."""
        from immunosep_tui.ui.screens.help import HelpScreen

        if self.is_open(HelpScreen):
            await self.action_back()
        else:
            self.push_screen(HelpScreen(self.scope))

    def action_command_palette(self) -> None:
        """Open the palette over our own commands."""
        from immunosep_tui.ui.palette import Palette

        if not self.is_open(Palette):
            self.push_screen(Palette(self.scope), self._run_chosen)

    def _run_chosen(self, command: commands.Command | None) -> None:
        if command is not None:
            self.call_later(self.run_command, command)

    def action_next_theme(self) -> None:
        """Put on the next theme."""
        self.theme = themes.after(self.theme)

    def action_contrast(self) -> None:
        """Turn high contrast on, or go back to the theme worn before."""
        if self.theme == themes.HIGH_CONTRAST.name:
            before = self._theme_before_contrast
            self.theme = before if before != themes.HIGH_CONTRAST.name else themes.DARK.name
        else:
            self._theme_before_contrast = self.theme
            self.theme = themes.HIGH_CONTRAST.name

    def action_help_quit(self) -> None:
        """Answer to ctrl+c, which must not end a session by reflex: say in the footer how to leave."""
        key = key_name(commands.command("quit").keys[0])
        self.hint = _("To leave the program, press {key}.").format(key=key)

    def action_suspend_process(self) -> None:
        """Nothing: the record must not stay open behind a shell."""
