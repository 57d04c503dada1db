"""The form, driven by keys and read as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import Input

from immunosep_tui.rules.number import Refusal, parse_number
from immunosep_tui.ui.cells import NO_ROOM, cut_words, lay_message, wrap
from immunosep_tui.ui.form import Choice, Field, Form, Verdict, choice_of
from immunosep_tui.ui.form_model import Columns, columns_for, value_pieces, view_of

from .screen import screen_lines, screen_text

SUPPORT = Field(
    "support",
    "Respiratory support",
    choices=(
        Choice("0", "none", "none"),
        Choice("1", "hfnc", "nasal high flow"),
        Choice("2", "niv", "non-invasive ventilation"),
        Choice("3", "invasive", "invasive ventilation"),
    ),
)
FIELDS = (
    Field("ferritin", "Ferritin", "ng/mL", heading="Immune markers", hint="Serum ferritin of today."),
    Field("hla_dr", "Monocyte HLA-DR", "receptors/cell"),
    SUPPORT,
    Field("map", "Mean arterial pressure", "mmHg", heading="Circulation"),
)
MANY = tuple(Field(f"row{n}", f"Row {n}", "mmHg") for n in range(40))


def judge(name: str, text: str) -> Verdict:
    """Numbers as the rules read them; 90000 and more asks; choices are left to the form."""
    if name == "support" or not text:
        return Verdict()
    value = parse_number(text, 2)
    if isinstance(value, Refusal):
        return Verdict("refused", message=str(value))
    if value >= 90000:
        return Verdict("asks", f"{text} ng/mL", f"{text} ng/mL is unusually high: check the number.")
    return Verdict("ok", f"{text} ng/mL")


class Bench(App[None]):
    """A screen with one form, which writes down what the form says."""

    def __init__(self, fields: Sequence[Field], texts: Mapping[str, str], border: bool = False) -> None:
        super().__init__()
        self.now = 0.0
        self.said: list[tuple[object, ...]] = []
        self.form = Form(fields, texts, judge, id="form", clock=lambda: self.now)
        if border:
            self.form.styles.border = ("solid", "white")

    def compose(self) -> ComposeResult:
        yield self.form

    def on_mount(self) -> None:
        self.form.focus()

    def on_form_changed(self, event: Form.Changed) -> None:
        assert event.control is self.form
        self.said.append(("changed", event.name, event.text))

    def on_form_kept(self, event: Form.Kept) -> None:
        self.said.append(("kept", event.name, event.text))

    def on_form_left(self, event: Form.Left) -> None:
        self.said.append(("left", event.direction))

    def key_escape(self) -> None:
        self.said.append(("escape",))

    def row(self, label: str) -> str:
        """The line that begins with the marker or two spaces and the label."""
        return next(line for line in screen_lines(self) if line[2:].startswith(label))

    @property
    def kept(self) -> list[tuple[object, ...]]:
        return [what for what in self.said if what[0] == "kept"]


@asynccontextmanager
async def running(
    fields: Sequence[Field] = FIELDS, texts: Mapping[str, str] | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Bench, Pilot[None]]]:
    app = Bench(fields, texts or {})
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


async def paste(app: Bench, pilot: Pilot[None], text: str) -> None:
    app.form.query_one(Input).post_message(events.Paste(text))
    await pilot.pause()


@pytest.mark.asyncio
async def test_numbers_and_enter_fill_the_rows_in_order() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"4900", "enter", *"8000", "tab", "1", "down", *"65", "enter")
        await pilot.pause()
        assert app.form.texts == {"ferritin": "4900", "hla_dr": "8000", "support": "1", "map": "65"}
        assert app.row("Ferritin").split() == ["Ferritin", "ok", "4900", "=", "4900", "ng/mL"]
        assert app.said[-1] == ("left", 1)
        assert [what for what in app.said if what[1] == "ferritin"] == [
            ("changed", "ferritin", text) for text in ("4", "49", "490", "4900")
        ]


@pytest.mark.asyncio
async def test_up_and_shift_tab_go_back_and_out() -> None:
    async with running() as (app, pilot):
        await pilot.press("down", "down", "up")
        assert app.form.active == "hla_dr"
        await pilot.press("shift+tab")
        assert app.form.active == "ferritin"
        await pilot.press("up")
        await pilot.pause()
        assert app.said == [("left", -1)]
        assert app.form.active == "ferritin"


@pytest.mark.asyncio
async def test_the_active_row_has_a_marker_and_only_while_the_form_has_the_keyboard() -> None:
    async with running() as (app, pilot):
        assert [line[:10] for line in screen_lines(app) if line.startswith(">")] == ["> Ferritin"]
        app.set_focus(None)
        await pilot.pause()
        assert ">" not in screen_text(app)
        app.form.focus()
        await pilot.press("down")
        assert app.row("Monocyte").startswith("> ")
        assert app.row("Ferritin").startswith("  ")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "typed",
    [
        "4,420",
        "4.4.20",
        "1e5",
        "-3",
        ".5",
        "5.",
        "1_0",
        "４４",
        "٤٤",
        "nan",
        "<0.05",
        "12 mg",
        "--",
        "007",
        "[/]",
        "1.234",
    ],
)
async def test_a_refused_text_stays_in_sight_with_its_reason(typed: str) -> None:
    async with running() as (app, pilot):
        await pilot.press(*typed)
        why = parse_number(typed, 2)
        assert isinstance(why, Refusal)
        for left in (False, True):
            if left:
                await pilot.press("enter")
            assert app.form.texts["ferritin"] == typed
            assert f"!! {typed}" in app.row("Ferritin")
            assert " ".join(str(why).split()) in " ".join(screen_text(app).split())
        assert "!! Ferritin: " in screen_text(app)


@pytest.mark.asyncio
async def test_a_question_is_asked_once_and_kept_by_a_second_enter() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"91000")
        assert "?? 91000" in app.row("Ferritin")
        assert "unusually high" in screen_text(app)
        assert "Enter again" not in screen_text(app)
        await pilot.press("enter")
        assert app.form.active == "ferritin"
        assert "Enter again to keep it." in screen_text(app)
        app.now += 1
        await pilot.press("tab")
        await pilot.pause()
        assert app.kept == [("kept", "ferritin", "91000")]
        assert app.form.active == "hla_dr"
        assert "!  91000" in app.row("Ferritin")
        await pilot.press("up", "enter")
        assert app.form.active == "hla_dr"
        assert len(app.kept) == 1


@pytest.mark.asyncio
async def test_another_text_is_asked_about_again() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"93000", "enter", *"91000")
        assert "Enter again" not in screen_text(app)
        app.now += 1
        await pilot.press("enter")
        assert app.form.active == "ferritin"
        app.now += 1
        await pilot.press("enter", "up", *"92000", "enter")
        assert app.form.active == "ferritin"
        assert [what[2] for what in app.kept] == ["91000"]


@pytest.mark.asyncio
async def test_a_repeated_enter_does_not_answer_a_question_that_nobody_can_have_read() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"91000", "enter")
        for _repeat in range(20):
            app.now += 0.1
            await pilot.press("enter")
        assert app.form.active == "ferritin"
        assert app.kept == []
        app.now += 1
        await pilot.press("enter")
        assert app.form.active == "hla_dr"


@pytest.mark.asyncio
async def test_arrows_leave_a_question_open_without_answering_it() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"91000", "enter")
        app.now += 1
        await pilot.press("down", "down", "up")
        assert app.kept == []
        assert "?? 91000" in app.row("Ferritin")


@pytest.mark.asyncio
async def test_a_question_without_words_still_says_how_to_answer() -> None:
    form = Form(FIELDS, {"ferritin": "1"}, lambda _name, text: Verdict("asks") if text else Verdict(), id="form")
    app = Bench(FIELDS, {})
    app.form = form
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert "?? Enter again to keep it." in screen_text(app)


@pytest.mark.asyncio
async def test_a_choice_is_typed_by_its_key_or_the_start_of_its_label() -> None:
    async with running() as (app, pilot):
        app.form.activate("support")
        await pilot.pause()
        assert "0 none, 1 nasal high flow, 2 non-invasive ventilation, 3 invasive" in screen_text(app)
        for typed, echo in (("2", "= non-invasive ventilation"), ("na", "= nasal high flow"), ("INV", "= invasive")):
            app.form.activate("support")
            await pilot.press(*typed)
            assert f"ok {typed}" in app.row("Respiratory support")
            assert echo in app.row("Respiratory support")
        app.form.activate("support")
        await pilot.press("n")
        assert "!! n" in app.row("Respiratory support")
        assert "does not name one choice" in screen_text(app)


def test_a_choice_is_found_by_key_value_and_label_and_never_guessed() -> None:
    found = {typed: choice_of(SUPPORT, typed) for typed in ("", "1", "hfnc", "none", "no", "non", "non-", "x", "4")}
    assert {typed: choice.value if choice else None for typed, choice in found.items()} == {
        "": None,
        "1": "hfnc",
        "hfnc": "hfnc",
        "none": "none",
        "no": None,
        "non": None,
        "non-": "niv",
        "x": None,
        "4": None,
    }


@pytest.mark.asyncio
async def test_the_first_digit_replaces_a_value_and_the_old_one_stays_in_sight() -> None:
    async with running(texts={"ferritin": "12.4"}) as (app, pilot):
        assert "was" not in screen_text(app)
        await pilot.press("7")
        assert app.form.texts["ferritin"] == "7"
        assert "was 12.4" in app.row("Ferritin")
        await pilot.press("enter")
        assert "was 12.4" not in screen_text(app)
        await pilot.press("up", "end", "5")
        assert app.form.texts["ferritin"] == "75"


@pytest.mark.asyncio
async def test_what_was_typed_survives_escape_and_a_look_elsewhere() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"44", "escape")
        app.set_focus(None)
        await pilot.pause()
        app.form.focus()
        await pilot.press("2")
        assert app.form.texts["ferritin"] == "442"
        assert ("escape",) in app.said


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["4420\n8000", "4420\n", "\r\n", "4420\r8000", "4420\u20288000"])
async def test_a_paste_with_a_line_break_is_refused_whole(text: str) -> None:
    async with running(texts={"ferritin": "5"}) as (app, pilot):
        await paste(app, pilot, text)
        assert app.form.texts["ferritin"] == "5"
        assert "!! The pasted text has a line break: nothing was pasted." in screen_text(app)
        await pilot.press("7")
        assert "line break" not in screen_text(app)


@pytest.mark.asyncio
async def test_a_paste_goes_in_whole_or_not_at_all() -> None:
    async with running() as (app, pilot):
        await paste(app, pilot, " 4.9 mg/L")
        assert app.form.texts["ferritin"] == " 4.9 mg/L"
        await paste(app, pilot, "7" * 192)
        assert app.form.texts["ferritin"] == " 4.9 mg/L"
        assert "at most 200 characters: nothing was added" in screen_text(app)
        await paste(app, pilot, "7" * 191)
        assert len(app.form.texts["ferritin"]) == 200
        await pilot.press("8")
        assert len(app.form.texts["ferritin"]) == 200
        app.form.activate("hla_dr")
        await paste(app, pilot, "x" * 2_000_000)
        assert app.form.texts["hla_dr"] == ""
        app.copy_to_clipboard("1\n2")
        await pilot.press("ctrl+v")
        assert app.form.texts["hla_dr"] == ""
        assert "line break" in screen_text(app)


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ["[/]", "[red]x", "[@click=app.quit]x[/]", "\\[b]", "$x {y}"])
async def test_text_like_markup_is_shown_as_it_is(text: str) -> None:
    fields = (Field("a", f"A{text}", text, heading=f"H {text}", hint=f"hint {text}"), Field("b", "B"))

    def echo(_name: str, typed: str) -> Verdict:
        return Verdict("refused", message=f"why {typed}") if typed else Verdict()

    app = Bench(fields, {})
    app.form = Form(fields, {}, echo, id="form")
    async with app.run_test(size=(120, 10)) as pilot:
        await pilot.pause()
        assert all(f"{part}{text}" in screen_text(app) for part in ("A", "H ", "hint "))
        await paste(app, pilot, text)
        assert f"!! {text}" in app.row("A")
        assert f"why {text}" in screen_text(app)
        await pilot.press("down")
        assert f"!! {text}" in app.row("A")


HOSTILE = "a\x1b[2J\x1b]52;c;eA==\x07\x9b31m\x7f\x00\u202eb\u200b\ue000"


@pytest.mark.asyncio
async def test_no_control_character_reaches_the_terminal() -> None:
    fields = (Field("a", f"A{HOSTILE}", HOSTILE, heading=HOSTILE, hint=HOSTILE), Field("b", "B", hint=HOSTILE))
    app = Bench(fields, {})
    app.form = Form(fields, {}, lambda _n, text: Verdict("refused", text, text), id="form")

    def nothing_raw() -> None:
        text = screen_text(app)
        assert not [c for c in text if c != "\n" and not c.isprintable()]
        assert "\\x1b" in text

    async with app.run_test(size=(120, 20)) as pilot:
        await pilot.pause()
        nothing_raw()
        await paste(app, pilot, HOSTILE)
        assert app.form.texts["a"] == HOSTILE
        for keys in (("left", "left", "shift+left"), ("home", "shift+right"), ("ctrl+a", "shift+end"), ("down",)):
            await pilot.press(*keys)
            nothing_raw()


@pytest.mark.asyncio
async def test_an_escaped_character_is_edited_as_one() -> None:
    async with running() as (app, pilot):
        await paste(app, pilot, "1\x1b2")
        assert "1\\x1b2" in app.row("Ferritin")
        await pilot.press("left", "backspace")
        assert app.form.texts["ferritin"] == "12"


@pytest.mark.asyncio
async def test_wide_characters_keep_the_columns() -> None:
    fields = (Field("a", "铁蛋白", "ng/mL"), Field("b", "平均动脉压", "mmHg"), Field("c", "C", "mmHg"))
    async with running(fields) as (app, pilot):
        await paste(app, pilot, "一二")
        await pilot.press("down")
        lines = [app.row(field.label) for field in fields]
        units = [cell_len(line[: line.index(field.unit)]) for line, field in zip(lines, fields, strict=True)]
        assert len(set(units)) == 1
        assert "!! 一二" in lines[0]


@pytest.mark.asyncio
async def test_a_long_form_scrolls_to_the_active_row_and_says_what_is_hidden() -> None:
    async with running(MANY, size=(80, 10)) as (app, pilot):
        assert "33 more below" in screen_text(app)
        assert "above" not in screen_text(app)
        for n in range(39):
            assert app.row(f"Row {n} ").startswith("> ")
            await pilot.press("down")
        assert app.row("Row 39").startswith("> ")
        assert "33 more above" in screen_text(app)
        assert "below" not in screen_text(app)
        await pilot.press("ctrl+home")
        assert app.form.active == "row0"
        await pilot.press("pagedown", "pagedown", "pageup")
        assert app.form.active == "row6"
        await pilot.press("ctrl+end")
        assert app.form.active == "row39"
        await pilot.press(*"65")
        assert app.form.texts["row39"] == "65"
        assert "65" in app.row("Row 39")


@pytest.mark.asyncio
async def test_the_wheel_shows_other_rows_and_keeps_the_active_one_in_sight() -> None:
    async with running(MANY, size=(80, 10)) as (app, pilot):
        for _turn in range(5):
            await pilot._post_mouse_events([events.MouseScrollDown], "#form", offset=(5, 5))
        assert app.form.active == "row0"
        assert app.row("Row 0").startswith("> ")
        assert "  Row 12" in screen_text(app)
        assert "10 more above, 23 more below" in screen_text(app)
        await pilot.press("7")
        assert app.row("Row 0").startswith("> Row 0")
        assert "  Row 1 " in screen_text(app)
        assert app.form.texts["row0"] == "7"
        await pilot.press("ctrl+end")
        for _turn in range(30):
            await pilot._post_mouse_events([events.MouseScrollUp], "#form", offset=(5, 5))
        assert "  Row 0 " in screen_text(app)
        assert app.row("Row 39").startswith("> ")


@pytest.mark.asyncio
async def test_a_click_goes_to_its_row() -> None:
    async with running() as (app, pilot):
        app.set_focus(None)
        await pilot.click("#form", offset=(3, 2))
        assert app.form.active == "hla_dr"
        await pilot.press("5")
        assert app.form.texts["hla_dr"] == "5"
        await pilot.click("#form", offset=(3, 4))
        assert app.form.active == "hla_dr", "a heading is not a row"
        await pilot.click("#form", offset=(3, 15))
        assert app.form.active == "hla_dr", "nothing is there"


@pytest.mark.asyncio
async def test_a_row_is_found_and_repainted_inside_a_border(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Bench(FIELDS, {}, border=True)
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.click("#form", offset=(3, 3))
        assert app.form.active == "hla_dr"
        await pilot.press("5")
        dirty: list[int] = []
        refresh = app.form.refresh

        def noted(*regions: Region, **how: bool) -> Form:
            dirty.extend(region.y for region in regions)
            return refresh(*regions, **how)

        monkeypatch.setattr(app.form, "refresh", noted)
        await pilot.press("5")
        assert dirty == [app.form.query_one(Input).region.y - app.form.region.y]


@pytest.mark.asyncio
async def test_load_shows_other_rows_and_forgets_the_answers() -> None:
    async with running() as (app, pilot):
        await pilot.press(*"91000", "enter")
        app.now += 1
        await pilot.press("enter")
        app.form.load(FIELDS, {"ferritin": "91000"})
        await pilot.pause()
        assert "?? 91000" in app.row("Ferritin")
        app.form.load(MANY, {"row1": "65"})
        await pilot.pause()
        assert app.form.active == "row0"
        assert "Ferritin" not in screen_text(app)
        assert "65" in app.row("Row 1 ")
        await pilot.press("9")
        assert app.form.texts["row0"] == "9"
        app.form.load((), {})
        await pilot.pause()
        assert app.form.active == ""
        assert screen_text(app).strip() == ""
        app.form.load(FIELDS[:1], {})
        app.form.focus()
        await pilot.press("3")
        assert app.form.texts == {"ferritin": "3"}


@pytest.mark.asyncio
async def test_load_repaints_rows_of_the_same_shape_from_the_top() -> None:
    async with running(MANY, size=(80, 10)) as (app, pilot):
        await pilot.press("ctrl+end")
        app.form.load([Field(field.name, f"New {field.label}", field.unit) for field in MANY], {})
        await pilot.pause()
        assert app.row("New Row 0 ").startswith("> ")
        app.form.load(MANY, {"row3": "65"})
        await pilot.pause()
        assert "New" not in screen_text(app)
        assert "65" in app.row("Row 3 ")


@pytest.mark.asyncio
async def test_the_cursor_stands_where_the_text_is_edited() -> None:
    async with running() as (app, pilot):
        await paste(app, pilot, "铁\x1b2")
        await pilot.press("left")
        editor = app.form.query_one(Input)
        assert editor.cursor_screen_offset.x - editor.region.x == cell_len("铁\\x1b")
        await pilot.click(editor, offset=(3, 0))
        await pilot.press("7")
        assert app.form.texts["ferritin"] == "铁7\x1b2"
        await pilot.press("down")
        assert app.cursor_position == editor.cursor_screen_offset


@pytest.mark.asyncio
async def test_the_owner_can_set_a_text_and_ask_for_new_verdicts() -> None:
    strict = False

    def changing(_name: str, text: str) -> Verdict:
        return Verdict("refused", message="Not now.") if strict and text else Verdict()

    app = Bench(FIELDS, {})
    app.form = Form(FIELDS, {}, changing, id="form")
    async with app.run_test() as pilot:
        app.form.set_text("ferritin", "77")
        app.form.set_text("map", "65")
        await pilot.pause()
        assert app.said == []
        assert app.row("Ferritin").split()[-2:] == ["77", "ng/mL"]
        assert "65" in app.row("Mean arterial")
        strict = True
        app.form.refresh_verdicts()
        await pilot.pause()
        assert "!! 65" in app.row("Mean arterial")
        assert "!! Not now." in screen_text(app)
        with pytest.raises(KeyError):
            app.form.activate("no such row")


@pytest.mark.asyncio
async def test_a_hint_is_shown_while_the_row_is_empty() -> None:
    async with running() as (app, pilot):
        assert "Serum ferritin of today." in screen_text(app)
        await pilot.press("4")
        assert "Serum ferritin of today." not in screen_text(app)
        await pilot.press("backspace")
        assert "Serum ferritin of today." in screen_text(app)


@pytest.mark.asyncio
async def test_a_key_costs_no_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as (app, pilot):
        await pilot.press("4")
        layouts: list[object] = []
        monkeypatch.setattr(app.screen, "_refresh_layout", lambda *args, **kwargs: layouts.append(args))
        await pilot.press(*"900")
        assert "4900" in screen_text(app)
        assert layouts == []
        assert app.form.query_one(Input).cursor_blink is False


@pytest.mark.asyncio
@pytest.mark.parametrize("width", [40, 48, 60, 80, 120])
async def test_values_are_whole_at_every_width(width: int) -> None:
    number, unit = "123456789.123456", "mcg/kg/min"
    fields = (Field("a", "Norepinephrine", unit), Field("b", "Last", "mmHg"))
    app = Bench(fields, {})
    app.form = Form(fields, {"a": number}, lambda _n, _t: Verdict(), id="form")
    async with app.run_test(size=(width, 12)) as pilot:
        await pilot.press("down")
        row = app.row("Norepinephrine")
        whole = number in row and unit in row
        assert whole != (NO_ROOM in row and "123" not in row)
        assert max(cell_len(line) for line in screen_lines(app)) <= width
        await pilot.press("up")
        assert number in app.row("Norepinephrine"), "the input takes the room it needs"


@pytest.mark.asyncio
async def test_what_does_not_fit_a_narrow_row_is_said_below() -> None:
    async with running(FIELDS, {"map": "65"}, size=(40, 20)) as (app, pilot):
        app.form.activate("map")
        await pilot.press("7")
        assert app.row("Mean ...").split() == [">", "Mean", "...", "ok", "7"]
        assert "Mean arterial pressure, = 7 ng/mL, was" in screen_text(app)


@pytest.mark.asyncio
@pytest.mark.parametrize("size", [(1, 1), (5, 3), (20, 2), (39, 4), (200, 60)])
async def test_no_size_breaks_it(size: tuple[int, int]) -> None:
    async with running(MANY, {"row0": "12345"}, size=size) as (app, pilot):
        await pilot.press("1", "comma", "down", "pagedown", "ctrl+end", "up")
        await pilot.resize_terminal(80, 24)
        assert app.row("Row 38").startswith("> ")
        assert "!! 1," in app.row("Row 0") if "  Row 0 " in screen_text(app) else "more above" in screen_text(app)


FIGURES = st.from_regex(r"[0-9]{1,12}(\.[0-9]{1,6})?", fullmatch=True)
UNITS = st.sampled_from(["", "%", "mmHg", "ng/mL", "mcg/kg/min", "receptors/cell"])


@given(st.integers(20, 120), FIGURES, UNITS, st.booleans())
def test_a_number_is_shown_whole_with_its_unit_or_not_at_all(width: int, text: str, unit: str, echoed: bool) -> None:
    columns = columns_for(width, FIELDS)
    beside = f"= {text} {unit}".rstrip() if echoed else unit
    shown = "".join(piece for piece, _kind in value_pieces(columns, text, beside, echoed, "value"))
    assert shown.split() in ([text, *beside.split()], beside.split() if echoed else [NO_ROOM], [NO_ROOM])
    assert NO_ROOM in shown or cell_len(shown) == columns.span


def test_words_that_do_not_fit_are_left_out_whole() -> None:
    assert cut_words("Mean arterial pressure", 17) == "Mean arterial ..."
    assert cut_words("Mean arterial pressure", 16) == "Mean ..."
    assert cut_words("Norepinephrine", 10) == "..."
    assert cut_words("about 4900 ng/mL today", 15) == "about ..."
    pieces = value_pieces(Columns(16, 12, 4), "nothing to see in this row", "", False, "value")
    assert "".join(text for text, _kind in pieces).rstrip() == "nothing to ..."


@given(st.text(st.sampled_from("ab 1.9铁蛋，"), max_size=60), st.integers(2, 30))
def test_wrapping_loses_nothing_and_keeps_to_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in lines)


def test_a_number_is_not_parted_from_its_unit_by_a_line_end() -> None:
    assert wrap("It is 4900 ng/mL now", 12) == ["It is", "4900 ng/mL", "now"]
    assert wrap("铁蛋白为4900 ng/mL。", 12) == ["铁蛋白为", "4900 ng/mL。"]


def test_a_message_that_is_too_long_keeps_the_sentence_that_says_what_to_do() -> None:
    lines = lay_message([("word " * 60, "asks")], "Enter again to keep it.", 40, 3)
    assert [text for text, _kind in lines][-1] == "Enter again to keep it."
    assert len(lines) == 3
    assert lines[1][0].endswith(" ...")


@given(st.integers(1, 40), st.integers(1, 30), st.integers(-5, 60), st.booleans(), st.data())
def test_the_active_row_is_always_in_sight(
    total: int, height: int, top: int, reveal: bool, data: st.DataObject
) -> None:
    rows = [line for line in range(total) if line % 4 or line == total - 1]
    active = data.draw(st.sampled_from(rows))
    view = view_of(rows, total, active, top, height, reveal)
    assert active in view.window
    assert len(view.window) <= height
    assert len(set(view.window) & set(rows)) + view.above + view.below == len(rows)
    if reveal:
        assert view.top <= active < view.top + len(view.window)
