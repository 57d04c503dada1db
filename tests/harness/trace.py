"""What a program did to the files below a folder, call by call, as strace saw it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

CALLS = (
    "openat,open,creat,close,mkdir,mkdirat,lseek,pwrite64,write,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,"
    "ftruncate,truncate,fallocate,unlink,unlinkat,rename,renameat,renameat2,link,linkat,mmap"
)

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed: system calls cannot be watched"
)


@dataclass(frozen=True, slots=True)
class Call:
    """A call that went well.

    Args:
        what: ``make``, ``folder``, ``write``, ``cut``, ``sync``, ``remove``, ``link``, ``rename``, or ``say`` for a line
            of output.
        path: relative to the folder; empty for the folder itself.
        offset: where it wrote, or the length that it cut to.
        data: what it wrote or said, or the path that a file had before it was linked or renamed.
    """

    what: str
    path: str = ""
    offset: int = 0
    data: bytes = b""


def watch(command: Sequence[str], folder: Path, log: Path, *options: str) -> list[Call]:
    """Run a program to its end under strace; what it did below a folder, and what it said."""
    strace = ["strace", "-f", "-xx", "-s", "4000000", "-e", f"trace={CALLS}", *options, "-o", str(log)]
    subprocess.run([*strace, *command], check=True, stdout=subprocess.DEVNULL)
    return list(calls(log.read_text("ascii").splitlines(), PurePosixPath(folder)))


_LINE = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= (\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


def calls(lines: Sequence[str], folder: PurePosixPath) -> Iterator[Call]:
    """The calls of a log; failed ones did nothing and are left out."""
    handles: dict[int, str] = {}
    places: dict[int, int] = {}
    made: set[str] = set()
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            assert "unfinished" not in line, line
            continue
        name, arguments, result = found[1], found[2], int(found[3])
        texts = [_bytes(text) for text in _TEXT.finditer(arguments)]
        first = arguments.partition(",")[0]
        handle = int(first) if first.isdecimal() else -1
        if name in ("openat", "open"):
            path = _below(texts[0], folder)
            handles.pop(result, None)
            if path is not None:
                assert "O_TRUNC" not in arguments, line
                handles[result], places[result] = path, 0
                if "O_CREAT" in arguments and path not in made:
                    made.add(path)
                    yield Call("make", path)
        elif name == "close":
            handles.pop(handle, None)
        elif name == "write" and handle == 1:
            yield Call("say", data=texts[0])
        elif name in ("unlink", "mkdir"):
            path = _below(texts[0], folder)
            if path is not None:
                made.discard(path)
                yield Call("remove" if name == "unlink" else "folder", path)
        elif name in ("link", "linkat", "rename", "renameat") and _below(texts[0], folder) is not None:
            before, path = (_below(text, folder) for text in texts)
            assert before is not None, line
            assert path is not None, line
            yield Call(name.removesuffix("at"), path, data=before.encode())
        elif name == "lseek":
            places[handle] = result
        elif name == "write" and handle in handles:
            yield Call("write", handles[handle], places[handle], texts[0][:result])
            places[handle] += result
        elif handle in handles:
            yield _on_file(name, handles[handle], arguments, texts, line)
        else:
            assert not any(_below(text, folder) for text in texts), line


def _on_file(name: str, path: str, arguments: str, texts: Sequence[bytes], line: str) -> Call:
    if name == "pwrite64":
        return Call("write", path, int(arguments.rpartition(",")[2]), texts[0])
    if name == "ftruncate":
        return Call("cut", path, int(arguments.rpartition(",")[2]))
    assert name in ("fsync", "fdatasync"), line
    return Call("sync", path)


def _bytes(text: re.Match[str]) -> bytes:
    assert text[2] is None, "strace cut a text short"
    return bytes.fromhex(text[1].replace("\\x", ""))


def _below(path: bytes, folder: PurePosixPath) -> str | None:
    """The path relative to the folder, None where it lies elsewhere."""
    try:
        relative = str(PurePosixPath(path.decode("utf-8", "replace")).relative_to(folder))
    except ValueError:
        return None
    return "" if relative == "." else relative
