"""The zip format, as far as an Office package needs it: parts unpacked, written, or copied."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_SIZES_FOLLOW = 0x08
_UTF8 = 0x800
_MAX_UINT32 = 0xFFFFFFFF
_THREADS = 4
_PIECE = 1024 * 1024
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


class DamagedError(Exception):
    """A part does not agree with the zip directory."""


def raw(content: bytes, entry: zipfile.ZipInfo) -> memoryview:
    """Return a part's compressed bytes, as they are in the file."""
    start = entry.header_offset
    header = content[start : start + _LOCAL.size]
    if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
        raise DamagedError
    *_, name_length, extra_length = _LOCAL.unpack(header)
    begin = start + _LOCAL.size + name_length + extra_length
    packed = memoryview(content)[begin : begin + entry.compress_size]
    if len(packed) != entry.compress_size:
        raise DamagedError
    return packed


def unpack(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Return a part, decompressed and compared with its length and checksum."""
    packed = raw(content, entry)
    if entry.compress_type == zipfile.ZIP_STORED:
        part = bytes(packed)
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            part = unpacker.decompress(packed, entry.file_size + 1)
        except zlib.error:
            raise DamagedError from None
    else:
        raise DamagedError
    if len(part) != entry.file_size or zlib.crc32(part) != entry.CRC:
        raise DamagedError
    return part


def check(content: bytes, entry: zipfile.ZipInfo) -> None:
    """Compare a part with its length and checksum, without holding the whole of it."""
    if entry.compress_type != zipfile.ZIP_DEFLATED or entry.file_size <= _PIECE:
        unpack(content, entry)
        return
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    packed: bytes | memoryview = raw(content, entry)
    length = checksum = 0
    while packed and length <= entry.file_size:
        try:
            piece = unpacker.decompress(packed, _PIECE)
        except zlib.error:
            raise DamagedError from None
        length, checksum = length + len(piece), zlib.crc32(piece, checksum)
        packed = unpacker.unconsumed_tail if piece else b""
    piece = unpacker.flush()
    length, checksum = length + len(piece), zlib.crc32(piece, checksum)
    if length != entry.file_size or checksum != entry.CRC:
        raise DamagedError


def pack(
    content: bytes, entries: Sequence[zipfile.ZipInfo], changes: Mapping[str, bytes]
) -> list[bytes | memoryview]:
    """Return the pieces of a new file: unchanged parts copied, others compressed."""
    known = {entry.filename for entry in entries}
    added = [zipfile.ZipInfo(name) for name in changes if name not in known]
    packed = dict(zip(changes, _compress_all(list(changes.values())), strict=True))
    pieces: list[bytes | memoryview] = []
    directory: list[bytes] = []
    offset = 0
    for entry in [*entries, *added]:
        changed = changes.get(entry.filename)
        if changed is None:
            body: bytes | memoryview = raw(content, entry)
            method, checksum, length = entry.compress_type, entry.CRC, entry.file_size
        else:
            body = packed[entry.filename]
            method, checksum, length = zipfile.ZIP_DEFLATED, zlib.crc32(changed), len(changed)
        local, central = _records(entry, method, checksum, len(body), length, offset)
        pieces += [local, body]
        directory.append(central)
        offset += len(local) + len(body)
    tail = b"".join(directory)
    count = len(directory)
    return [*pieces, tail, _END.pack(b"PK\x05\x06", 0, 0, count, count, len(tail), offset, 0)]


def write(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip file of these parts; equal parts give equal bytes, on any day and system."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, content)
    return stream.getvalue()


def _compress_all(parts: list[bytes]) -> list[bytes]:
    try:
        with ThreadPoolExecutor(_THREADS) as pool:  # zlib releases the interpreter lock
            return list(pool.map(_compress, parts))
    except RuntimeError:  # no thread can be started: little memory, or too many of them
        return [_compress(part) for part in parts]


def _compress(part: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(part) + packer.flush()


def _records(
    entry: zipfile.ZipInfo, method: int, checksum: int, packed: int, length: int, offset: int
) -> tuple[bytes, bytes]:
    """Return the record before a part and its entry in the directory."""
    try:
        name, flags = entry.filename.encode("ascii"), entry.flag_bits & ~(_SIZES_FOLLOW | _UTF8)
    except UnicodeEncodeError:
        name, flags = entry.filename.encode(), (entry.flag_bits & ~_SIZES_FOLLOW) | _UTF8
    year, month, day, hour, minute, second = entry.date_time
    date = (year - 1980) << 9 | month << 5 | day
    time = hour << 11 | minute << 5 | second // 2
    numbers = (20, flags, method, time, date, checksum, packed, length, len(name), 0)
    local = _LOCAL.pack(b"PK\x03\x04", *numbers) + name
    central = _CENTRAL.pack(
        b"PK\x01\x02", entry.create_version | entry.create_system << 8, *numbers, 0, 0,
        entry.internal_attr, entry.external_attr & _MAX_UINT32, offset,
    )  # fmt: skip
    return local, central + name
