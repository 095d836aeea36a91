"""Compression of VBA source, [MS-OVBA] 2.4.1: chunks of 4096 bytes, literals and copies."""

from __future__ import annotations

import struct
from typing import Final

CHUNK: Final = 4096
SIGNATURE: Final = 0x3000
COMPRESSED: Final = 0x8000
SHORTEST_COPY: Final = 3
CANDIDATES: Final = 64
"""How many earlier places of the same three bytes are compared, the latest first."""


def compress(data: bytes) -> bytes:
    """Return the compressed container of some bytes.

    Raises
    ------
    ValueError
        The last chunk is not full and does not compress, which the format cannot express;
        text always compresses.
    """
    return b"\x01" + b"".join(
        _compress_chunk(data[start : start + CHUNK]) for start in range(0, len(data), CHUNK)
    )


def _compress_chunk(source: bytes) -> bytes:
    tokens = _encode_tokens(source)
    if len(tokens) <= CHUNK:
        return struct.pack("<H", SIGNATURE | COMPRESSED | (len(tokens) - 1)) + tokens
    if len(source) < CHUNK:
        raise ValueError("bytes that do not compress must fill their chunk of 4096")
    return struct.pack("<H", SIGNATURE | (CHUNK - 1)) + source


def _encode_tokens(source: bytes) -> bytes:
    """Return the chunk as groups of a flag byte and eight tokens; a set flag marks a copy."""
    found = bytearray()
    places: dict[bytes, list[int]] = {}
    here = 0
    while here < len(source):
        flags = 0
        flag_at = len(found)
        found.append(0)
        for bit in range(8):
            if here >= len(source):
                break
            # The longer the text so far, the more bits the offset takes, and the fewer the length.
            offset_bits = max(4, (here - 1).bit_length())
            longest = (0xFFFF >> offset_bits) + SHORTEST_COPY
            length, offset = _find_match(source, here, longest, places)
            if length:
                flags |= 1 << bit
                found += struct.pack(
                    "<H", (offset - 1) << (16 - offset_bits) | (length - SHORTEST_COPY)
                )
            else:
                found.append(source[here])
                length = 1
            for place in range(here, here + length):
                places.setdefault(source[place : place + SHORTEST_COPY], []).append(place)
            here += length
        found[flag_at] = flags
    return bytes(found)


def _find_match(
    source: bytes, here: int, longest: int, places: dict[bytes, list[int]]
) -> tuple[int, int]:
    """Return length and offset of the longest earlier text equal to what follows, or (0, 0)."""
    best_length = best_offset = 0
    longest = min(longest, len(source) - here)
    if longest < SHORTEST_COPY:
        return 0, 0
    for place in reversed(places.get(source[here : here + SHORTEST_COPY], ())[-CANDIDATES:]):
        length = SHORTEST_COPY
        while length < longest and source[place + length] == source[here + length]:
            length += 1
        if length > best_length:
            best_length, best_offset = length, here - place
            if length == longest:
                break
    return best_length, best_offset
