"""Compound files, [MS-CFB] version 3: storages and streams in sectors of 512 bytes."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SECTOR: Final = 512
MINI_SECTOR: Final = 64
MINI_CUTOFF: Final = 4096
"""Smaller streams are stored in mini sectors, inside the root's own stream."""

FREE: Final = 0xFFFFFFFF
END: Final = 0xFFFFFFFE
FAT_SECTOR: Final = 0xFFFFFFFD
NO_STREAM: Final = 0xFFFFFFFF
MOST_FAT_SECTORS: Final = 109
LONGEST_NAME: Final = 31

STORAGE, STREAM, ROOT = 1, 2, 5
RED, BLACK = 0, 1


@dataclass
class _Entry:
    """One entry of the directory."""

    name: str
    kind: int
    data: bytes = b""
    children: list[_Entry] = field(default_factory=list)
    colour: int = BLACK
    left: int = NO_STREAM
    right: int = NO_STREAM
    child: int = NO_STREAM
    start: int = 0
    number: int = 0

    @property
    def order(self) -> tuple[int, bytes]:
        """The sort key among siblings: the length of the name, then its capitals."""
        return len(self.name), self.name.upper().encode("utf-16-be")

    def pack(self, size: int) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            name,
            len(name),
            self.kind,
            self.colour,
            self.left,
            self.right,
            self.child,
            bytes(16),
            0,
            0,
            0,
            self.start,
            size,
        )


def write(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file.

    Parameters
    ----------
    streams : mapping
        The content of each stream by its path, such as ``VBA/dir``; storages follow from the paths.

    Raises
    ------
    ValueError
        A name is empty, longer than 31 characters or has a character that is not allowed, or the
        file would exceed 7 megabytes.
    """
    root = _build_tree(streams)
    directory = [root]
    _number_entries(root, directory)
    sectors = _Sectors()
    minis = _MiniStreams()
    for entry in directory:
        if entry.kind == STREAM:
            entry.start = (
                (
                    minis.add(entry.data)
                    if len(entry.data) < MINI_CUTOFF
                    else sectors.add(entry.data)
                )
                if entry.data
                else END
            )
    root.start = sectors.add(minis.stream) if minis.stream else END
    sizes = {id(root): len(minis.stream)}
    mini_fat = struct.pack(f"<{len(minis.chain)}I", *minis.chain)
    mini_fat_start = sectors.add(mini_fat, fill=b"\xff") if mini_fat else END
    records = b"".join(
        entry.pack(sizes.get(id(entry), len(entry.data) if entry.kind == STREAM else 0))
        for entry in directory
    )
    spare = -len(directory) % (SECTOR // 128)
    empty = bytes(68) + struct.pack("<III", NO_STREAM, NO_STREAM, NO_STREAM) + bytes(48)
    directory_start = sectors.add(records + empty * spare)
    fat = sectors.append_fat()
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        bytes(16),
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        bytes(6),
        0,
        len(fat),
        directory_start,
        0,
        MINI_CUTOFF,
        mini_fat_start,
        math.ceil(len(mini_fat) / SECTOR),
        END,
        0,
    )
    difat = fat + [FREE] * (MOST_FAT_SECTORS - len(fat))
    return header + struct.pack(f"<{MOST_FAT_SECTORS}I", *difat) + b"".join(sectors.contents)


class _Sectors:
    """The sectors after the header, and the chain that links them."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []
        self.chain: list[int] = []

    def add(self, data: bytes, *, fill: bytes = b"\0") -> int:
        """Append data in new sectors and return the first one's number."""
        start = len(self.chain)
        for place in range(0, len(data), SECTOR):
            self.contents.append(data[place : place + SECTOR].ljust(SECTOR, fill))
            self.chain.append(len(self.chain) + 1)
        self.chain[-1] = END
        return start

    def append_fat(self) -> list[int]:
        """Append the allocation table, which lists its own sectors too; return their numbers."""
        count = 0
        while count * (SECTOR // 4) < len(self.chain) + count:
            count += 1
        if count > MOST_FAT_SECTORS:
            raise ValueError("a compound file of more than 7 megabytes is not written here")
        numbers = list(range(len(self.chain), len(self.chain) + count))
        chain = self.chain + [FAT_SECTOR] * count
        chain += [FREE] * (count * (SECTOR // 4) - len(chain))
        table = struct.pack(f"<{len(chain)}I", *chain)
        self.contents += [table[place : place + SECTOR] for place in range(0, len(table), SECTOR)]
        return numbers


class _MiniStreams:
    """The small streams, one after the other, and the chain of mini sectors."""

    def __init__(self) -> None:
        self.stream = b""
        self.chain: list[int] = []

    def add(self, data: bytes) -> int:
        start = len(self.chain)
        count = math.ceil(len(data) / MINI_SECTOR)
        self.stream += data.ljust(count * MINI_SECTOR, b"\0")
        self.chain += [*range(start + 1, start + count), END]
        return start


def _build_tree(streams: Mapping[str, bytes]) -> _Entry:
    root = _Entry("Root Entry", ROOT)
    for path, data in streams.items():
        *folders, last = path.split("/")
        parent = root
        for name in folders:
            found = next((entry for entry in parent.children if entry.name == name), None)
            if found is None:
                found = _Entry(_check_name(name), STORAGE)
                parent.children.append(found)
            parent = found
        parent.children.append(_Entry(_check_name(last), STREAM, data))
    return root


def _check_name(name: str) -> str:
    units = len(name.encode("utf-16-le")) // 2
    if not 0 < units <= LONGEST_NAME or any(sign in name for sign in "/\\:!"):
        raise ValueError(f"{name!r} cannot be a name in a compound file")
    return name


def _number_entries(storage: _Entry, directory: list[_Entry]) -> None:
    """Number the entries below a storage and build their search tree."""
    children = sorted(storage.children, key=lambda entry: entry.order)
    orders = [entry.order for entry in children]
    if len(set(orders)) != len(orders):
        raise ValueError("two names in a storage differ by their capitals alone")
    for entry in children:
        entry.number = len(directory)
        directory.append(entry)
    black_levels = (len(children) + 1).bit_length() - 1
    storage.child = _build_search_tree(children, black_levels)
    for entry in children:
        if entry.kind == STORAGE:
            _number_entries(entry, directory)


def _build_search_tree(entries: list[_Entry], black_levels: int) -> int:
    """Build a balanced tree of sorted entries, red on an incomplete last level; return its top."""
    if not entries:
        return NO_STREAM
    middle = len(entries) // 2
    top = entries[middle]
    top.colour = BLACK if black_levels > 0 else RED
    top.left = _build_search_tree(entries[:middle], black_levels - 1)
    top.right = _build_search_tree(entries[middle + 1 :], black_levels - 1)
    return top.number
