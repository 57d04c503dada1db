"""The committed pictures show what the program shows now; ``python screenshots/make.py`` takes stale ones anew."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from screenshots.make import CELL, FOLDER, LESSONS, SCENES, SIZES, Lesson, Scene, file_of, picture

MOST_BYTES = 5_000_000
TEXT = "{http://www.w3.org/2000/svg}text"


def shown(svg: str) -> list[str]:
    """The text of a picture, line by line; colours and sizes are left out."""
    lines: dict[float, str] = {}
    for element in ElementTree.fromstring(svg).iter(TEXT):
        if "clip-path" in element.attrib and element.text:
            y, column = float(element.attrib["y"]), round(float(element.attrib["x"]) / CELL)
            lines[y] = lines.get(y, "").ljust(column) + element.text.replace("\xa0", " ")
    return [lines[y].rstrip() for y in sorted(lines)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", [*SCENES, *LESSONS], ids=lambda scene: scene.name)
async def test_a_picture_is_not_stale(scene: Scene | Lesson, size: tuple[int, int]) -> None:
    committed = shown(file_of(scene, size).read_text(encoding="utf-8"))
    assert len([line for line in committed if line]) > 3
    assert committed == shown(await picture(scene, size)), "run screenshots/make.py"


async def test_a_picture_is_the_same_each_time() -> None:
    scene = SCENES[1]
    assert await picture(scene, SIZES[0]) == await picture(scene, SIZES[0])


def test_pictures_are_small_and_load_nothing_from_outside() -> None:
    files = [*FOLDER.glob("*.svg"), *FOLDER.glob("*.png")]
    assert {file_of(scene, size) for scene in (*SCENES, *LESSONS) for size in SIZES} == {
        f for f in files if f.suffix == ".svg"
    }
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
    for file in files:
        if file.suffix == ".svg":
            text = file.read_text(encoding="utf-8")
            assert "@font-face" not in text
            assert "url(http" not in text
