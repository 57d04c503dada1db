"""The shell as a person meets it: keys, help, palette, colours, a window that is too small, leaving."""

from __future__ import annotations

import random
from typing import ClassVar

import pytest
from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Input, Static

from immunosep_tui.ui import commands, themes
from immunosep_tui.ui.key_names import key_name
from immunosep_tui.ui.palette import Hits, Palette, found
from immunosep_tui.ui.screens.help import HelpScreen
from immunosep_tui.ui.screens.too_small import SMALLEST, TooSmall, notice
from immunosep_tui.ui.shell.shell import Shell
from immunosep_tui.ui.show import shown
from immunosep_tui.ui.widgets.footer import KeyFooter


class Desk(Screen[None]):
    SCOPE: ClassVar[str] = "sample"
    AUTO_FOCUS = "Input"

    def compose(self) -> ComposeResult:
        yield Static(shown("desk"))
        yield Input()
        yield KeyFooter()


class Sample(Shell):
    kept = 0

    def on_mount(self) -> None:
        self.push_screen(Desk())

    def before_leaving(self) -> bool:
        self.kept += 1
        return True


def picture(shell: Shell) -> str:
    """The screen as text."""
    strips = shell.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@pytest.mark.parametrize("closing", ["f9", "escape"])
async def test_help_lists_every_command_and_closes(closing: str) -> None:
    shell = Sample()
    async with shell.run_test(size=(100, 200)) as pilot:
        await pilot.press("f9")
        assert isinstance(shell.screen, HelpScreen)
        await pilot.pause()
        text = " ".join(picture(shell).split())
        for command in commands.COMMANDS:
            assert command.help in text
            assert key_name(command.keys[0]) in text
        await pilot.press(closing)
        assert isinstance(shell.screen, Desk)


async def test_help_scrolls_by_keys() -> None:
    shell = Sample()
    last = list(commands.SCOPES)[-1]
    many = tuple(
        commands.Command(f"deed-{n}", "f12", f"Deed {n}", "One sentence.", "help", frozenset({last})) for n in range(60)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "COMMANDS", commands.COMMANDS + many)
        async with shell.run_test() as pilot:
            await pilot.press("f9")
            await pilot.pause()
            top = picture(shell)
            await pilot.press("pagedown")
            await pilot.pause()
            assert picture(shell) != top
            assert "Deed 59" not in picture(shell)
            await pilot.press("end")
            await pilot.pause()
            assert "Deed 59" in picture(shell)
            await pilot.press("home")
            await pilot.pause()
            assert picture(shell) == top


async def test_question_mark_is_typed_into_a_field() -> None:
    shell = Sample()
    async with shell.run_test() as pilot:
        await pilot.press("question_mark")
        assert isinstance(shell.screen, Desk)
        assert shell.screen.query_one(Input).value == "?"


async def test_palette_offers_the_registry_only_and_runs_it() -> None:
    shell = Sample()
    async with shell.run_test(size=(120, 50)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        text = picture(shell)
        for command in commands.commands_in("sample"):
            assert (command.help in text) is (command.id != "palette")
        await pilot.press(*"contrast")
        assert "> Contrast" in picture(shell)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(shell.screen, Desk)
        assert shell.theme == "high-contrast"


async def test_palette_moves_and_holds_at_its_ends() -> None:
    shell = Sample()
    offered = [c for c in commands.commands_in("sample") if c.id != "palette"]
    async with shell.run_test() as pilot:
        await pilot.press("ctrl+p", "up", "pageup")
        assert f"> {offered[0].label}" in picture(shell)
        await pilot.press("down")
        assert f"> {offered[1].label}" in picture(shell)
        await pilot.press(*["pagedown"] * 5)
        assert f"> {offered[-1].label}" in picture(shell)
        await pilot.press(*"zzz")
        assert "No command has these letters." in picture(shell)
        await pilot.press("down", "enter")
        assert isinstance(shell.screen, Palette)
        await pilot.press("escape")
        assert isinstance(shell.screen, Desk)


async def test_palette_can_be_clicked() -> None:
    shell = Sample()
    async with shell.run_test() as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        offered = [c.id for c in commands.commands_in("sample") if c.id != "palette"]
        await pilot.click(Hits, offset=(5, offered.index("contrast")))
        await pilot.pause()
        assert shell.theme == "high-contrast"
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.click(offset=(1, 22))
        assert isinstance(shell.screen, Desk)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(1, 5))])
async def test_palette_opened_and_closed_in_bursts(seed: int) -> None:
    shell = Shell()
    keys = ["ctrl+p", "escape", "pagedown", "pageup", "t", "up", "f9", "backspace", "question_mark"]
    async with shell.run_test() as pilot:
        chooser = random.Random(seed)
        for _ in range(150):
            shell.simulate_key(chooser.choice(keys))
        await pilot.pause()
        await pilot.press("escape", "escape", "escape")
        assert shell.return_code is None


def test_a_name_is_found_before_a_help_text() -> None:
    assert found("sample", "help")[0].id == "help"
    assert found("sample", "") == [c for c in commands.commands_in("sample") if c.id != "palette"]
    assert found("sample", "qqqq") == []


async def test_themes_are_our_own_and_follow_each_other() -> None:
    shell = Sample()
    assert set(shell.available_themes) == {"dark", "light", "high-contrast"}
    async with shell.run_test() as pilot:
        worn = [shell.theme]
        for _ in range(3):
            await pilot.press("ctrl+t")
            worn.append(shell.theme)
        assert worn == ["dark", "light", "high-contrast", "dark"]
        await pilot.press("ctrl+t", "ctrl+g")
        assert shell.theme == "high-contrast"
        await pilot.press("ctrl+g")
        assert shell.theme == "light"


@pytest.mark.parametrize("palette", themes.PALETTES, ids=lambda palette: palette.name)
async def test_theme_is_worn_from_the_first_paint(palette: themes.Palette) -> None:
    shell = Sample(theme=palette.name)
    async with shell.run_test():
        assert shell.screen.styles.background.hex.lower() == palette.background
        assert shell.has_class("-dark-mode") is palette.dark
        assert shell.theme_variables["severity-critical"] == palette.critical


async def test_no_color_leaves_only_greys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shell = Sample()
    async with shell.run_test():
        assert shell.no_color
        assert [type(line_filter).__name__ for line_filter in shell.get_line_filters()][-1] == "Monochrome"


async def test_ctrl_c_neither_quits_nor_covers_anything() -> None:
    shell = Sample()
    async with shell.run_test() as pilot:
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert shell.return_code is None
        assert not shell._notifications
        assert picture(shell).splitlines()[-1].strip() == "To leave the program, press Ctrl+Q."
        await pilot.press("1")
        await pilot.pause()
        assert "Ctrl+Q Quit" in picture(shell).splitlines()[-1]
        assert shell.screen.query_one(Input).value == "1"


async def test_quitting_keeps_what_was_typed_once() -> None:
    shell = Sample()
    async with shell.run_test() as pilot:
        await pilot.press("ctrl+q", "ctrl+q")
    assert shell.return_code == 0
    assert shell.kept == 1


async def test_a_signal_is_obeyed_although_nothing_can_be_kept(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(Sample):
        def before_leaving(self) -> bool:
            raise OSError

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    shell = Broken()
    async with shell.run_test():
        shell.leave(143, urgent=True)
        shell.leave(0)
    assert shell.return_code == 143


async def test_back_stops_at_the_last_screen() -> None:
    shell = Shell()
    async with shell.run_test() as pilot:
        await pilot.press("escape", "escape")
        assert len(shell.screen_stack) == 1
        assert shell.return_code is None


async def test_a_fault_is_not_swallowed() -> None:
    class Faulty(Sample):
        async def action_help(self) -> None:
            raise LookupError("lost")

    shell = Faulty()
    with pytest.raises(LookupError, match="lost"):
        async with shell.run_test() as pilot:
            await pilot.press("f9")
    assert shell.return_code == 1


async def test_suspending_does_nothing() -> None:
    shell = Sample()
    async with shell.run_test() as pilot:
        shell.action_suspend_process()
        await pilot.press("ctrl+z", "1")
        assert shell.screen.query_one(Input).value == "1"


async def test_footer_entries_can_be_clicked_but_quit_cannot() -> None:
    shell = Sample()
    async with shell.run_test() as pilot:
        line = picture(shell).splitlines()[-1]
        await pilot.click(KeyFooter, offset=(line.index("Quit"), 0))
        assert shell.return_code is None
        await pilot.click(KeyFooter, offset=(line.index("Help"), 0))
        await pilot.pause()
        assert isinstance(shell.screen, HelpScreen)


async def test_nothing_moves() -> None:
    shell = Sample()
    async with shell.run_test():
        assert shell.animation_level == "none"


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (20, 5), (2, 1)])
async def test_small_window_covers_everything_and_ignores_keys(size: tuple[int, int]) -> None:
    shell = Sample()
    async with shell.run_test() as pilot:
        await pilot.press("1", "2")
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert isinstance(shell.screen, TooSmall)
        assert "12" not in picture(shell).split()
        await pilot.press("3", "f9", "ctrl+p", "ctrl+q", "ctrl+t", "escape", "tab")
        assert isinstance(shell.screen, TooSmall)
        assert shell.return_code is None
        assert shell.theme == "dark"
        await pilot.resize_terminal(*SMALLEST)
        await pilot.pause()
        assert isinstance(shell.screen, Desk)
        assert shell.screen.query_one(Input).value == "12"
        await pilot.press("3")
        assert shell.screen.query_one(Input).value == "123"


async def test_started_in_a_small_window() -> None:
    shell = Sample()
    async with shell.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert isinstance(shell.screen, TooSmall)
        assert "60 x 20" in picture(shell)
        assert "80 x 24" in picture(shell)
        await pilot.resize_terminal(61, 20)
        await pilot.pause()
        assert "61 x 20" in picture(shell)
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        assert isinstance(shell.screen, Desk)


async def test_a_screen_opened_while_the_window_is_small_is_covered_too() -> None:
    shell = Sample()
    async with shell.run_test() as pilot:
        await pilot.resize_terminal(70, 24)
        shell.push_screen(HelpScreen("board"))
        await pilot.pause()
        assert isinstance(shell.screen, TooSmall)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert isinstance(shell.screen, HelpScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(shell.screen, Desk)


def test_notice_fits_every_small_window_whole() -> None:
    for width in range(1, 120):
        for height in range(1, 40):
            lines = notice(Size(width, height)).plain.splitlines()
            assert len(lines) <= height
            assert all(len(line) <= width for line in lines)
    assert notice(Size(7, 1)).plain == "80 x 24"
    assert notice(Size(6, 1)).plain == ""


async def test_a_key_that_comes_while_leaving_is_no_fault() -> None:
    shell = Sample()
    async with shell.run_test():
        pass
    assert not shell.screen_stack
    key = events.Key("x", "x")
    await shell.on_event(key)
    key._set_forwarded()
    await shell.on_event(key)
    assert shell._exception is None
