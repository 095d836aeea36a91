"""How deep the elements of a part stand inside each other, and how long its texts are.

Readers of XML go one call deeper for each level, and one that goes too deep ends the whole process
without a word. So the tags are counted before any reader sees them, a million characters at a time:
where tags are written as nearly all programs write them by leaving out pairs of an opening and a
closing one until nothing is left, and otherwise by a reader that needs no depth of its own.

A part that passes is not said to be well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

MOST_LEVELS: Final = 100
"""Those of a sheet are seven, of a chart some twenty."""
LONGEST_TEXT: Final = 4 * 1024 * 1024
"""Bytes between two tags; a cell holds 32,767 characters."""
_BLOCK: Final = 1024 * 1024
_NO_TAG: Final = re.compile(rb"<[!?]")
_UNUSUAL: Final = (b"\0", b"\x01", b"\x02")
_MARKS: Final = b"<>\x01\x02"
_ALL_BUT_MARKS: Final = bytes(set(range(256)) - set(_MARKS))


_TOO_DEEP: Final = f"has elements inside each other over more than {MOST_LEVELS} levels"


class _TooDeep(Exception):  # noqa: N818 - the answer of a search
    pass


def excess(part: bytes) -> str:
    """Return what a part of XML has too much of, as the end of a sentence, or nothing."""
    level = 0
    for block in _blocks(part):
        if len(block) > LONGEST_TEXT:
            return f"holds a text longer than {LONGEST_TEXT // 1024**2} MB"
        marks = _tags(block)
        if marks is None:
            return _TOO_DEEP if _is_deep(part) else ""
        highest, level = _levels(marks, level)
        if highest > MOST_LEVELS:
            return _TOO_DEEP if _is_deep(part) else ""
    return ""


def _blocks(part: bytes) -> Iterator[bytes]:
    """Yield a part in pieces that each end before a tag."""
    start = part.find(b"?>") + 2 if part[:5] == b"<?xml" else 0
    while start < len(part):
        end = part.find(b"<", start + _BLOCK)
        end = len(part) if end < 0 else end
        yield part[start:end]
        start = end


def _tags(block: bytes) -> bytes | None:
    """Return the tags of a block, o for each that opens and c for each that closes.

    None where it has comments or the like, or a bracket that is no tag's.
    """
    if any(mark in block for mark in _UNUSUAL) or _NO_TAG.search(block):
        return None
    marks = block.replace(b"</", b"\x02").replace(b"/>", b"\x01").translate(None, _ALL_BUT_MARKS)
    marks = marks.replace(b"<\x01", b"").replace(b"\x02>", b"c").replace(b"<>", b"o")
    return None if marks.strip(b"oc") or b"<" in marks or b">" in marks else marks


def _levels(tags: bytes, level: int) -> tuple[int, int]:
    """Return the highest level that some tags may reach from a level, and the one they end at."""
    passes = 0
    while b"oc" in tags and passes <= MOST_LEVELS:
        tags = tags.replace(b"oc", b"")
        passes += 1
    opened = tags.count(b"o")
    return level + opened + passes, max(level + opened - tags.count(b"c"), 0)


def _is_deep(part: bytes) -> bool:
    """Whether elements are too deep, found by a reader that ends as soon as one is."""
    level = 0

    def opens(_: str, __: object) -> None:
        nonlocal level
        level += 1
        if level > MOST_LEVELS:
            raise _TooDeep

    def closes(_: str) -> None:
        nonlocal level
        level -= 1

    reader = expat.ParserCreate()
    reader.StartElementHandler = opens
    reader.EndElementHandler = closes
    try:
        reader.Parse(part, True)
    except _TooDeep:
        return True
    except expat.ExpatError:
        return False  # it is damaged, and whoever reads it will say so
    return False
