"""A disk that may lose power: what is synced stays; of the rest of what was written, any part may be there afterwards.

The model is stricter than most file systems: each write of a file is kept or lost on its own, in sectors if need be,
and the names in a folder are durable only when that folder is synced; of those that are not, a first part survives.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.harness.trace import Call

SECTOR = 512
MODES = ("prefix", "subset", "torn")
Image = dict[str, bytes | None]
"""Files by path with their content; None marks a folder."""


@dataclass(eq=False)
class Node:
    """A file or a folder: what is durable, what is live, and what was done since the last sync."""

    is_folder: bool = False
    content: bytes = b""
    writes: list[Call] = field(default_factory=list)
    names: dict[str, Node] = field(default_factory=dict)
    live: dict[str, Node] = field(default_factory=dict)
    changes: list[tuple[str, Node | None]] = field(default_factory=list)

    def change(self, name: str, node: Node | None) -> None:
        """Give a name to a node, or take it away."""
        self.changes.append((name, node))
        _name(self.live, name, node)

    def sync(self) -> None:
        """Make everything durable."""
        for name, node in self.changes:
            _name(self.names, name, node)
        for call in self.writes:
            self.content = written(self.content, call)
        self.changes, self.writes = [], []


def _name(names: dict[str, Node], name: str, node: Node | None) -> None:
    if node is None:
        names.pop(name, None)
    else:
        names[name] = node


def written(content: bytes, call: Call, keeps: random.Random | None = None) -> bytes:
    """A file after a write or a cut; with chance given each sector of the write is there or not."""
    if call.what == "cut":
        return content[: call.offset].ljust(call.offset, b"\0")
    end = call.offset + len(call.data)
    after = bytearray(content.ljust(end if keeps is None else max(len(content), end), b"\0"))
    for start in range(0, len(call.data), SECTOR):
        if keeps is None or keeps.random() < 0.5:
            part = call.data[start : start + SECTOR]
            after[call.offset + start : call.offset + start + len(part)] = part
    return bytes(after)


class Disk:
    """A folder on such a disk.

    Args:
        image: what is there and durable from the start.
    """

    def __init__(self, image: Mapping[str, bytes | None]) -> None:
        self.root = Node(is_folder=True)
        for path, content in sorted(image.items()):
            parent, name = self._place(path)
            parent.names[name] = parent.live[name] = Node(content is None, content or b"")

    def _place(self, path: str) -> tuple[Node, str]:
        *folders, name = path.split("/")
        node = self.root
        for folder in folders:
            node = node.live[folder]
        return node, name

    def do(self, call: Call) -> None:
        """Carry out a call."""
        parent, name = self._place(call.path)
        node = parent.live.get(name) if call.path else self.root
        if call.what in ("make", "folder"):
            if node is None:
                parent.change(name, Node(call.what == "folder"))
        elif call.what in ("link", "rename"):
            there, before = self._place(call.data.decode())
            parent.change(name, there.live[before])
            if call.what == "rename":
                there.change(before, None)
        elif call.what == "remove":
            parent.change(name, None)
        elif call.what == "sync":
            assert node is not None
            node.sync()
        elif call.what in ("write", "cut"):
            assert node is not None
            node.writes.append(call)

    def after_cut(self, rng: random.Random, names: str, writes: str) -> Image:
        """What may be found when the power is back.

        Args:
            rng: chance.
            names: ``none``, ``all`` or ``prefix`` of the changes of names that were not synced survive.
            writes: ``none``, ``all``, ``prefix``, ``subset`` or ``torn`` of the writes that were not synced survive.
        """
        image: Image = {}
        self._collect(self.root, "", image, rng, names, writes)
        return image

    def _collect(self, folder: Node, path: str, image: Image, rng: random.Random, names: str, writes: str) -> None:
        found = dict(folder.names)
        count = {"none": 0, "all": len(folder.changes)}.get(names)
        for name, node in folder.changes[: rng.randint(0, len(folder.changes)) if count is None else count]:
            _name(found, name, node)
        for name, node in sorted(found.items()):
            here = f"{path}/{name}".lstrip("/")
            if node.is_folder:
                image[here] = None
                self._collect(node, here, image, rng, names, writes)
            else:
                image[here] = _content(node, rng, writes)


def _content(node: Node, rng: random.Random, writes: str) -> bytes:
    kept = node.writes
    if writes == "none":
        kept = []
    elif writes == "prefix":
        kept = kept[: rng.randint(0, len(kept))]
    elif writes == "subset":
        kept = [call for call in kept if rng.random() < 0.5]
    content = node.content
    for call in kept:
        content = written(content, call, rng if writes == "torn" and call.what == "write" else None)
    return content
