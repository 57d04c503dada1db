"""The language of the program: gettext catalogs inside the package, English when there is none."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterator
from pathlib import Path

from immunosep_tui.rules.reason import Sentence

DOMAIN = "immunosep_tui"
FOLDER = Path(__file__).parent / "locale"
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_SCRIPTS = {"CN": "Hans", "SG": "Hans", "MY": "Hans", "TW": "Hant", "HK": "Hant", "MO": "Hant"}
"""The script in which Chinese is written in a territory, for an environment that names only the territory."""

_catalog: gettext.NullTranslations = gettext.NullTranslations()


def _(sentence: str) -> str:
    """The English sentence in the chosen language; call it where the text is shown, never at import."""
    return _catalog.gettext(sentence) if sentence else ""


def words(sentence: Sentence) -> str:
    """A sentence and its facts in the chosen language."""
    return sentence.words(_)


def use_language(tag: str | None, folder: Path = FOLDER) -> str:
    """Choose the language of every text from now on, and return the tag of the catalog found, or ``en``.

    Args:
        tag: a BCP 47 or POSIX tag such as ``zh-Hans`` or ``zh_TW.UTF-8``; ``None`` asks the environment.
        folder: where ``<tag>/LC_MESSAGES/immunosep_tui.mo`` files are.
    """
    global _catalog  # noqa: PLW0603
    for wanted in [tag] if tag is not None else _environment():
        for name in _spellings(wanted):
            if name == "en":
                _catalog = gettext.NullTranslations()
                return name
            catalog = folder / name / "LC_MESSAGES" / f"{DOMAIN}.mo"
            if catalog.is_file():
                with catalog.open("rb") as file:
                    _catalog = gettext.GNUTranslations(file)
                return name.replace("_", "-")
    _catalog = gettext.NullTranslations()
    return "en"


def _environment() -> list[str]:
    """The languages that the first variable set asks for, as gettext reads them."""
    value = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "")
    return [tag for tag in value.split(":") if tag]


def _spellings(tag: str) -> Iterator[str]:
    """Folder names for a tag, the most exact first: ``zh_TW`` gives ``zh_TW``, ``zh_Hant`` and ``zh``."""
    parts = re.split("[.@]", tag, maxsplit=1)[0].replace("-", "_").split("_")
    if not all(part.isalnum() for part in parts):
        return
    language = parts[0].lower()
    for end in range(len(parts), 1, -1):
        yield "_".join([language, *parts[1:end]])
    if language == "zh" and parts[-1].upper() in _SCRIPTS:
        yield f"zh_{_SCRIPTS[parts[-1].upper()]}"
    yield language
