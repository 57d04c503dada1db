"""Where profiles lie, and how one is read: sealed by a release, or checked at the border; never used when in doubt."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from immunosep_tui.profile.build import build
from immunosep_tui.profile.errors import Fault, ProfileError
from immunosep_tui.profile.lines import line_of
from immunosep_tui.profile.reading import LARGEST_FILE, parse_toml, read_toml
from immunosep_tui.profile.seals import SEALS
from immunosep_tui.rules.blinding import CannotBlind, blind
from immunosep_tui.rules.protocol import Protocol

DEFAULT = "immunosep-2025"
BLINDED = "immunosep-2025-blinded"
"""The double-dummy protocol that came with the program."""
BASE = "base"
"""What the program's protocols share; not a protocol of its own."""
DEEPEST_CHAIN = 4
"""Most profiles that may extend one another."""
MOST_FAULTS = 20
"""Told of one profile; who has mended so many checks again."""
LONGEST_NAME = 64
"""Characters of the name of a profile."""
LAST_LINE = "[end]"
"""Of every profile. TOML takes this header once, so no beginning of a file that ends with it does so, too."""


def data_folder() -> Path:
    """The folder of the profiles that came with the program, in a wheel or in a checkout."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "data"
    return packed if packed.is_dir() else package.parent / "profiles"


def site_folder() -> Path:
    """The folder in which a site may put protocols of its own."""
    import platformdirs

    return Path(platformdirs.user_config_dir("immunosep-tui", appauthor=False)) / "protocols"


def site_cases() -> Path:
    """The folder in which a site may put teaching cases of its own."""
    return site_folder().parent / "cases"


def available() -> Mapping[str, Path]:
    """Every selectable profile by id, those of the program first; a site's file never replaces one of those."""
    found: dict[str, Path] = {}
    for folder in (data_folder() / "protocols", site_folder()):
        if folder.is_dir():
            for path in sorted(folder.glob("*.toml"), key=lambda path: path.stem):
                if path.stem != BASE:
                    found.setdefault(path.stem, path)
    return found


def load(name_or_file: str | None = None) -> Protocol:
    """The protocol of that name or file as the bedside may see it: a double-dummy one is blinded; the default without.

    Raises:
        ProfileError: as ``load_unblinded``.
    """
    return blind(load_unblinded(name_or_file))


def load_unblinded(name_or_file: str | None = None) -> Protocol:
    """The protocol of that name or file with what a double-dummy one hides, for whoever prepares the study drug.

    Raises:
        ProfileError: not there, unreadable, damaged, changed since the release, or implausible; nobody is then
            classified.
    """
    return _build(_read_chain(_find(name_or_file or DEFAULT)))


def load_by_hash(sha256: str) -> Protocol | None:
    """The selectable profile with that hash, with what a double-dummy one hides; None where none at hand has it."""
    for name in available():
        try:
            found = load_unblinded(name)
        except ProfileError:
            continue
        if found.sha256 == sha256:
            return found
    return None


def kept_text(protocol: Protocol) -> str:
    """The files of a protocol as one text that ``read_kept`` reads: a JSON list, compressed, in base 64.

    What is extended comes first. A profile names every drug: so it is no page that a blinded bedside comes upon.
    """
    return base64.b64encode(zlib.compress(json.dumps(protocol.texts).encode(), 9)).decode()


def hash_of_kept(text: str) -> str:
    """The hash of the protocol in a text of ``kept_text``, whether or not it can be read; empty for no such text."""
    listed = _kept_files(text)
    return hashlib.sha256("".join(listed).encode()).hexdigest() if listed else ""


def _kept_files(text: str) -> list[str]:
    reader = zlib.decompressobj()
    try:
        listed = json.loads(reader.decompress(base64.b64decode(text, validate=True), DEEPEST_CHAIN * LARGEST_FILE))
    except (ValueError, RecursionError, zlib.error):
        return []
    is_such = isinstance(listed, list) and all(isinstance(each, str) for each in listed)
    return listed if is_such and not any("\ud800" <= c <= "\udfff" for each in listed for c in each) else []


def read_kept(text: str) -> Protocol:
    """The protocol that was written by ``kept_text``, with what a double-dummy one hides.

    Raises:
        ProfileError: it is no such text, or this program does not understand the profile in it.
    """
    place, listed = Path("kept"), _kept_files(text)
    if not listed:
        raise ProfileError(Fault(str(place), 0, "", "it is not a list of profile files"))
    return _build([(place, *parse_toml(place, each.encode())) for each in listed], is_kept=True)


def check_unsealed(path: Path) -> Protocol:
    """The protocol of a file with the full border check, whether or not a release has sealed it."""
    chain = _read_chain(path)
    _path, text, table = chain[-1]
    if "story" in table:
        reason = "this is a case, not a protocol: check it with 'immunosep-tui train check FILE'"
        raise ProfileError(Fault(str(path), line_of(text, ("story",)), "story", reason))
    return _build(chain, trust_seals=False)


def _find(name_or_file: str) -> Path:
    if "/" in name_or_file or "\\" in name_or_file or name_or_file.endswith(".toml"):
        return Path(name_or_file)
    shipped = data_folder() / "protocols" / f"{name_or_file}.toml"
    if name_or_file != BASE and _is_name(name_or_file) and shipped.is_file():
        return shipped
    profiles = available()
    if name_or_file in profiles:
        return profiles[name_or_file]
    known = ", ".join(profiles) or "none"
    raise ProfileError(Fault(name_or_file, 0, "", f"there is no protocol of this name; there are: {known}"))


def _read_chain(path: Path) -> list[tuple[Path, str, dict[str, Any]]]:
    """A profile and what it extends, base first: file, text and tables of each."""
    chain: list[tuple[Path, str, dict[str, Any]]] = []
    following: Path | None = path
    while following is not None:
        if len(chain) == DEEPEST_CHAIN:
            raise ProfileError(Fault(str(path), 0, "extends", f"more than {DEEPEST_CHAIN} profiles extend one another"))
        text, table = read_toml(following)
        chain.insert(0, (following, text, table))
        following = _parent(following, table)
    return chain


def _build(chain: list[tuple[Path, str, dict[str, Any]]], trust_seals: bool = True, is_kept: bool = False) -> Protocol:
    """Merge a chain, check it in full unless every file in it is sealed, and build the protocol.

    One that was kept as text was checked where it was a file, and may be an older edition of a released one.
    """
    texts = [(path, text) for path, text, _ in chain]
    sealed = trust_seals and all(is_released_text(text) if is_kept else is_sealed(path, text) for path, text in texts)
    merged: dict[str, Any] = {}
    for _, _, table in chain:
        merged = _merge(merged, table)
    if not sealed:
        for path, text in texts:
            _refuse_cut(path, text)
        _check(merged, texts)
        if not is_kept:
            _check_id(merged["id"], *texts[-1])
    digest = hashlib.sha256("".join(text for _, text in texts).encode()).hexdigest()
    protocol = build(merged, digest, tuple(text for _, text in texts))
    try:
        blind(protocol)
    except CannotBlind as error:
        path, text = texts[-1]
        raise ProfileError(
            Fault(str(path), line_of(text, ("design",)), "design", f"not double-dummy: {error}")
        ) from None
    return protocol


def _parent(path: Path, table: Mapping[str, Any]) -> Path | None:
    """The file that a profile extends: of the program, of the site, or beside it."""
    parent = table.get("extends")
    if parent is None:
        return None
    if not isinstance(parent, str) or not _is_name(parent):
        raise ProfileError(Fault(str(path), 0, "extends", "it must be the name of another profile"))
    places: tuple[Callable[[], Path], ...] = (lambda: data_folder() / "protocols", site_folder, lambda: path.parent)
    for folder in places:
        file = folder() / f"{parent}.toml"
        if file.is_file():
            return file
    raise ProfileError(Fault(str(path), 0, "extends", f"there is no profile {parent}"))


def _is_name(text: str) -> bool:
    """Whether a text can be the name of a profile, and of its file on any disk."""
    return len(text) <= LONGEST_NAME and text.isascii() and text.replace("-", "").isalnum()


def _is_released(path: Path) -> bool:
    """Whether the file lies in the program's own folder."""
    return data_folder() in path.resolve().parents


def is_sealed(path: Path, text: str) -> bool:
    """Whether a file of the program is byte for byte the released one; a changed one is refused outright."""
    if not _is_released(path):
        return False
    name = path.resolve().relative_to(data_folder()).with_suffix("").as_posix()
    if SEALS.get(name) == hashlib.sha256(text.encode()).hexdigest():
        return True
    reason = "it differs from the released file; reinstall, or keep changes in a profile of the site that extends it"
    raise ProfileError(Fault(str(path), 0, "", reason))


def is_released_text(text: str) -> bool:
    """Whether a text is byte for byte that of a released file."""
    return hashlib.sha256(text.encode()).hexdigest() in SEALS.values()


def _refuse_cut(path: Path, text: str) -> None:
    """Refuse a file without its last line: what is left of a checklist would be taken for the whole of it."""
    lines = text.rstrip().split("\n")
    if lines[-1] != LAST_LINE:
        reason = f"the file may be cut off: its last line must be {LAST_LINE}"
        raise ProfileError(Fault(str(path), len(lines), "end", reason))


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key, everything else (lists too) is replaced."""
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        merged[key] = _merge(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return merged


def _check(merged: dict[str, Any], texts: list[tuple[Path, str]]) -> None:
    from pydantic import ValidationError

    from immunosep_tui.profile.model import ProfileModel

    try:
        ProfileModel.model_validate(merged)
    except ValidationError as error:
        raise ProfileError(*(_fault(detail, texts) for detail in error.errors()[:MOST_FAULTS])) from None


def _check_id(name: str, path: Path, text: str) -> None:
    """Refuse a file from outside that would answer under the id of a released profile, its own or an inherited one."""
    if f"protocols/{name}" in SEALS and not _is_released(path):
        line = line_of(text, ("id",))
        raise ProfileError(
            Fault(str(path), line, "id", f"{name} is a released profile: give this one an id of its own")
        )


def _fault(detail: Any, texts: list[tuple[Path, str]]) -> Fault:
    """A validation error at the last file and line that names its place."""
    place = tuple(detail["loc"])
    reason = detail["msg"].removeprefix("Value error, ")
    for length in range(len(place), 0, -1):
        for path, text in _makers(place, texts):
            if line := line_of(text, place[:length]):
                return Fault(str(path), line, ".".join(map(str, place)), reason)
    return Fault(str(texts[-1][0]), 0, ".".join(map(str, place)), reason)


def _makers(place: tuple[str | int, ...], texts: list[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """The files that a place can come from, the last first; a list comes whole from the last file that has it."""
    lists = [place[:index] for index, part in enumerate(place) if isinstance(part, int)]
    having = [each for each in reversed(texts) if lists and line_of(each[1], lists[0])]
    return having[:1] or texts[::-1]
