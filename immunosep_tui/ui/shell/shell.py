"""The application shell: what is the same in every program of ours, whichever screens it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import Reactive
from textual.theme import BUILTIN_THEMES

from immunosep_tui.i18n import _
from immunosep_tui.ui import commands, themes
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.screens.too_small import TooSmall, is_too_small
from immunosep_tui.ui.shell.going import may_go
from immunosep_tui.ui.shell.leaving import Leaving
from immunosep_tui.ui.shell.typed_ahead import TypedAhead

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.actions import ActionParseResult
    from textual.dom import DOMNode
    from textual.message import Message
    from textual.screen import Screen


class Shell(Leaving, inherit_bindings=False):
    """A base application: subclasses add screens and say in ``before_leaving`` how to keep what was typed."""

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

    def __init__(self, theme: str = themes.DARK.name) -> None:
        self.typed = TypedAhead(self)
        super().__init__()
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

    def touched(self) -> None:
        """Somebody used the keyboard or the mouse; nothing follows from it here."""

    # The window.

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
        if is_input and (self.leaving or not self.screen_stack or self.typed.is_for_another_screen(event)):
            return
        if is_input and not event.is_forwarded:
            self.touched()
            if isinstance(self.screen, TooSmall):
                return
            if isinstance(event, events.Key):
                self.hint = ""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.typed.give(event, super().on_event)
        else:
            await super().on_event(event)

    def post_message(self, message: Message) -> bool:
        """Post it, unless it is a key on its way that comes back unused."""
        return self.typed.takes_back(message) or super().post_message(message)

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
        """Close the current screen unless it must not be left; the only one goes back within itself, where it can."""
        within = getattr(self.screen, "action_back", None)
        if len(self.screen_stack) > 1 and getattr(self.screen, "may_leave", True):
            self.screen.dismiss()
        elif within is not None:
            await within()

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
