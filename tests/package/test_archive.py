"""Zip files as other programs read them: dates, flags and sizes of parts that are written."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zipfile
from pathlib import Path

import pytest

from clv_xl.errors import FileError
from clv_xl.package import archive, open_package

BIG = 3 * 1024 * 1024


def entries(content: bytes) -> list[zipfile.ZipInfo]:
    with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(content)) as opened:
        warnings.simplefilter("error")
        return opened.infolist()


def zipped(parts: dict[str, bytes], **attributes: object) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, (2021, 11, 29, 23, 58, 46))
            entry.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in attributes.items():
                setattr(entry, attribute, value)
            opened.writestr(entry, part)
    return made.getvalue()


def packed(content: bytes, changes: dict[str, bytes]) -> bytes:
    return b"".join(archive.pack(content, entries(content), changes))


def test_parts_keep_their_dates_and_attributes() -> None:
    old = zipped(
        {"a.xml": b"<a/>", "b.xml": b"<b/>"},
        external_attr=0o640 << 16,
        internal_attr=1,
        create_system=3,
        create_version=45,
    )
    for entry in entries(packed(old, {"b.xml": b"<new/>"})):
        assert entry.date_time == (2021, 11, 29, 23, 58, 46)
        assert (entry.external_attr, entry.internal_attr) == (0o640 << 16, 1)
        assert (entry.create_system, entry.create_version) == (3, 45)
        assert (entry.extract_version, entry.extra, entry.comment) == (20, b"", b"")


def test_both_records_of_a_part_say_the_same() -> None:
    content = packed(zipped({"a.xml": b"<a/>"}), {"a.xml": b"<changed/>", "ü.xml": b"<new/>" * 99})
    for entry in entries(content):
        local = struct.unpack_from("<4s5H3L2H", content, entry.header_offset)
        central = content.index(b"PK\x01\x02")
        while content[central + 46 :][: len(entry.filename.encode())] != entry.filename.encode():
            central = content.index(b"PK\x01\x02", central + 1)
        assert local[1:] == struct.unpack_from("<4s6H3L5H2L", content, central)[2:12]
        assert local[6:9] == (entry.CRC, entry.compress_size, entry.file_size)


def test_a_name_says_that_it_is_utf_8_where_it_is_no_ascii() -> None:
    content = packed(zipped({"é.xml": b"<a/>", "b.xml": b"<b/>"}), {"ü.xml": b"", "c.xml": b""})
    flags = {entry.filename: entry.flag_bits for entry in entries(content)}
    assert flags == {"é.xml": 0x800, "b.xml": 0, "ü.xml": 0x800, "c.xml": 0}


def test_sizes_that_follow_a_part_stand_before_it_afterwards() -> None:
    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    stream = OneWay()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.xml", b"<a/>" * 9)
    assert entries(stream.getvalue())[0].flag_bits & 8
    content = packed(stream.getvalue(), {})
    assert entries(content)[0].flag_bits == 0
    assert zipfile.ZipFile(io.BytesIO(content)).read("a.xml") == b"<a/>" * 9


def test_a_file_that_is_made_is_the_same_on_any_day() -> None:
    content = archive.write({"a.xml": b"<a/>" * 99, "b.xml": b""})
    for entry in entries(content):
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert entry.external_attr == 0o644 << 16
        assert (entry.create_system, entry.compress_type) == (3, zipfile.ZIP_DEFLATED)
    assert content == archive.write({"a.xml": b"<a/>" * 99, "b.xml": b""})


@pytest.mark.parametrize("noise", [0, BIG])
def test_a_large_part_is_checked_in_pieces(noise: int) -> None:
    part = random.Random(1).randbytes(noise) + bytes(BIG)
    content = zipped({"a.bin": part})
    (entry,) = entries(content)
    archive.check(content, entry)
    for change in ({"CRC": entry.CRC ^ 1}, {"file_size": BIG // 2}, {"file_size": 2 * len(part)}):
        (entry,) = entries(content)
        for name, value in change.items():
            setattr(entry, name, value)
        with pytest.raises(archive.DamagedError):
            archive.check(content, entry)


def test_a_large_part_that_cannot_be_unpacked_is_damage(book: Path) -> None:
    with zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.bin", random.Random(1).randbytes(BIG))
        entry = opened.getinfo("a.bin")
    content = bytearray(book.read_bytes())
    start = entry.header_offset + 30 + len("a.bin")
    content[start : start + 9] = b"\xff" * 9  # no block of this kind is known
    book.write_bytes(content)
    with pytest.raises(FileError, match="damaged or incomplete"):
        open_package(book)
