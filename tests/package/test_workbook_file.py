"""Workbook files: other parts unchanged, files that are no workbooks refused."""

from __future__ import annotations

import errno
import pickle
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from package import posix
from package.example_files import CHANGED, SHEET, digest, raw_parts, repacked

from clv_xl.errors import FileError
from clv_xl.package import archive, open_package, workbook_file
from clv_xl.package.workbook_file import MAX_BYTES

# What is changed, and what is not


def test_every_other_part_keeps_its_packed_bytes_and_its_place(book: Path) -> None:
    before, order = raw_parts(book), zipfile.ZipFile(book).namelist()
    open_package(book).save({SHEET: CHANGED, "custom/made.bin": b"\0" * 1000})
    after = raw_parts(book)
    assert zipfile.ZipFile(book).namelist() == [*order, "custom/made.bin"]
    assert {n: p for n, p in after.items() if n in before and n != SHEET} == {
        n: p for n, p in before.items() if n != SHEET
    }
    assert zipfile.ZipFile(book).testzip() is None
    assert open_package(book).read(SHEET) == CHANGED
    assert open_package(book).read("custom/made.bin") == b"\0" * 1000


def test_a_part_is_read_as_changed_while_the_file_and_the_package_stay(book: Path) -> None:
    package, content = open_package(book), book.read_bytes()
    before = package.read(SHEET)
    changed = package.with_parts({SHEET: CHANGED})
    assert (changed.read(SHEET), package.read(SHEET)) == (CHANGED, before)
    assert changed.names == package.names
    assert book.read_bytes() == content


def test_parts_stored_without_packing_and_with_sizes_that_follow_are_copied(book: Path) -> None:
    with zipfile.ZipFile(book) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    stream = subprocess.PIPE  # a pipe cannot be sought, so zipfile writes sizes after the data
    script = (
        "import sys,zipfile,pickle\n"
        "z=zipfile.ZipFile(sys.stdout.buffer,'w')\n"
        "[z.writestr(n,p,zipfile.ZIP_STORED if i%2 else zipfile.ZIP_DEFLATED)"
        " for i,(n,p) in enumerate(pickle.load(sys.stdin.buffer).items())]\n"
        "z.close()"
    )
    made = subprocess.run(
        [sys.executable, "-c", script], input=pickle.dumps(parts), stdout=stream, check=True
    )
    book.write_bytes(made.stdout)
    assert any(entry.flag_bits & 8 for entry in zipfile.ZipFile(book).infolist())
    open_package(book).save({SHEET: CHANGED})
    with zipfile.ZipFile(book) as new:
        assert new.testzip() is None
        assert {n: new.read(n) for n in new.namelist()} == parts | {SHEET: CHANGED}


def test_a_file_is_saved_where_no_thread_can_be_started(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", fail)
    package = open_package(book)
    package.save({"custom/a.bin": b"a" * 9, "custom/b.bin": b"b" * 9})
    assert open_package(book).read("custom/b.bin") == b"b" * 9


def test_a_part_with_a_foreign_name_survives(book: Path) -> None:
    repacked(book, **{"customXml__größe €.xml": b"<a/>"})
    open_package(book).save({SHEET: CHANGED})
    assert open_package(book).read("customXml/größe €.xml") == b"<a/>"


def test_another_output_leaves_the_source_alone(book: Path, tmp_path: Path) -> None:
    before = digest(book)
    open_package(book).save({SHEET: CHANGED}, tmp_path / "other.xlsx")
    assert digest(book) == before
    assert open_package(tmp_path / "other.xlsx").read(SHEET) == CHANGED


def test_parts_are_left_out_and_the_others_keep_their_packed_bytes(
    book: Path, tmp_path: Path
) -> None:
    open_package(book).save({}, tmp_path / "other.xlsx", without={"docProps/app.xml"})
    before, after = raw_parts(book), raw_parts(tmp_path / "other.xlsx")
    del before["docProps/app.xml"]
    assert after == before
    assert zipfile.ZipFile(tmp_path / "other.xlsx").testzip() is None


@posix.permissions
def test_the_file_keeps_its_mode(book: Path) -> None:
    book.chmod(0o640)
    open_package(book).save({SHEET: CHANGED})
    assert book.stat().st_mode & 0o777 == 0o640


@posix.links
def test_a_link_stays_a_link(book: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    open_package(link).save({SHEET: CHANGED})
    assert link.is_symlink()
    assert open_package(book).read(SHEET) == CHANGED


# What is not a workbook


def refusal(path: Path) -> str:
    before = digest(path) if path.is_file() else ""
    with pytest.raises(FileError) as caught:
        open_package(path)
    assert not path.is_file() or digest(path) == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.xlsx") == "There is no file 'no.xlsx'."


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"customer;amount\n1;2\n", b"\x89PNG\r\n"])
def test_something_else_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert refusal(path) == "'x.xlsx' is not an Excel workbook (.xlsx or .xlsm)."


@pytest.mark.parametrize("kept", [10, 400, 0.5, 0.99])
def test_a_truncated_file_is_incomplete(book: Path, kept: float) -> None:
    content = book.read_bytes()
    book.write_bytes(content[: int(kept if kept > 1 else kept * len(content))])
    assert "damaged or incomplete" in refusal(book)


def test_a_flipped_bit_in_any_part_is_found(book: Path) -> None:
    content = book.read_bytes()
    with zipfile.ZipFile(book) as opened:
        places = [entry.header_offset + 30 + len(entry.filename) + 5 for entry in opened.infolist()]
    for place in places:
        book.write_bytes(content[:place] + bytes([content[place] ^ 0x40]) + content[place + 1 :])
        assert "damaged or incomplete" in refusal(book)


def test_a_password_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )
    assert "protected with a password" in refusal(path)


def test_old_binary_formats_are_named(tmp_path: Path, book: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "Workbook".encode("utf-16-le")
    )
    assert "old .xls format" in refusal(path)
    assert ".xlsb" in refusal(repacked(book, **{"xl__workbook.bin": b"x"}))


def test_an_opendocument_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.ods"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert "OpenDocument" in refusal(path)


def test_any_other_zip_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.txt", "a")
    assert "is not an Excel workbook" in refusal(path)


@pytest.fixture
def nothing_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zlib, "decompressobj", lambda *_: pytest.fail("a part was unpacked"))


@pytest.mark.usefixtures("nothing_is_unpacked")
def test_a_bomb_is_refused_by_what_it_says_it_unpacks_to(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        made.writestr("[Content_Types].xml", "<a/>")
        with made.open("xl/a.xml", "w", force_zip64=True) as part:
            block = bytes(2**20)
            for _ in range(MAX_BYTES // 2**20 + 1):
                part.write(block)
    assert refusal(path) == "File refused: 'bomb.xlsx' unpacks to over 512 MB."


def test_a_bomb_that_lies_about_its_size_is_damaged(book: Path) -> None:
    repacked(book, xl__bomb=bytes(50_000_000))
    content = book.read_bytes().replace(struct.pack("<L", 50_000_000), struct.pack("<L", 100))
    book.write_bytes(content)
    assert "damaged" in refusal(book)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(book: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert "document type" in refusal(repacked(book, **{"xl__styles.xml": text.encode(encoding)}))


def test_too_many_defined_names_are_refused(book: Path) -> None:
    names = b"<definedName/>" * 700_000
    text = refusal(repacked(book, **{"xl__workbook.xml": b"<workbook>" + names + b"</workbook>"}))
    assert "too many defined names" in text


@pytest.mark.usefixtures("nothing_is_unpacked")
def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(20_001):
            made.writestr(f"{number}", b"")
    assert "over 20,000 parts" in refusal(path)


def test_two_parts_of_one_name_are_refused(book: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(book, "a") as opened:
        opened.writestr(SHEET, b"<other/>")
    assert "two parts of one name" in refusal(book)


def test_a_missing_part_is_named_as_damage(book: Path) -> None:
    package = open_package(book)
    with pytest.raises(FileError, match=r"'book\.xlsx' is not a whole workbook"):
        package.read("xl/nowhere.xml")
    assert package.get("xl/nowhere.xml", b"default") == b"default"
    assert package.get(SHEET, b"default") == package.read(SHEET)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (PermissionError(errno.EACCES, "no"), "Close it in Excel, or allow reading it, and retry."),
        (OSError(errno.EIO, "the cause"), "'book.xlsx' cannot be read (the cause)."),
    ],
)
def test_a_file_that_cannot_be_read_is_told_from_one_that_may_not(
    book: Path, fault: OSError, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("clv_xl.package.workbook_file.read_regular", fail)
    assert sentence in refusal(book)


def test_a_password_of_the_zip_format_is_named(book: Path) -> None:
    content = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as opened:
        at = opened.start_dir
    content[at + 8] |= 1  # the flags of the first entry of the directory
    book.write_bytes(content)
    assert "protected with a password" in refusal(book)


@pytest.mark.parametrize(
    ("offset", "value"),
    [(0, b"XX"), (10, struct.pack("<H", 12))],
    ids=["no record before a part", "a way of packing that Office does not know"],
)
def test_a_part_that_disagrees_with_the_directory_is_damage(
    book: Path, offset: int, value: bytes
) -> None:
    content = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as opened:
        at = opened.start_dir if offset else 0
    content[at + offset : at + offset + 2] = value
    book.write_bytes(content)
    assert "damaged or incomplete" in refusal(book)


def test_a_part_that_is_cut_off_is_damage(book: Path) -> None:
    content = book.read_bytes()
    with zipfile.ZipFile(book) as opened:
        last = opened.infolist()[-1]
    with pytest.raises(archive.DamagedError):
        archive.raw(content[: last.header_offset + 40], last)
    with pytest.raises(archive.DamagedError):
        archive.raw(content[: last.header_offset + 10], last)


def with_part(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr(name, content)
    return path


def test_zeros_that_pack_well_are_refused_by_their_ratio(book: Path) -> None:
    path = with_part(book, "xl/media/image1.png", bytes(140 * 2**20))
    assert refusal(path) == f"File refused: '{book.name}' unpacks to over 40 times its size."


def test_a_large_file_may_unpack_to_forty_times_its_size(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_file, "SMALL_BYTES", 1000)
    assert open_package(book).names
    unpacked = sum(entry.file_size for entry in zipfile.ZipFile(book).infolist())
    times = unpacked / book.stat().st_size
    monkeypatch.setattr(workbook_file, "MOST_TIMES", times)
    assert open_package(book).names
    monkeypatch.setattr(workbook_file, "MOST_TIMES", times * 0.99)
    assert "times its size" in refusal(book)


@pytest.mark.parametrize("levels", [101, 200_000])
def test_xml_over_a_hundred_levels_is_refused(book: Path, levels: int) -> None:
    deep = b"<r>" * levels + b"</r>" * levels
    path = with_part(book, "xl/worksheets/sheet9.xml", deep)
    assert "over more than 100 levels" in refusal(path)


def test_a_text_of_megabytes_is_refused(book: Path) -> None:
    text = b"<t>" + b"x" * (6 * 2**20) + b"</t>"
    open_package(with_part(book, "customXml/item9.xml", text))
    assert "text longer than 4 MB" in refusal(with_part(book, "xl/long.xml", text))


def test_a_large_picture_is_compared_with_its_checksum(book: Path) -> None:
    noise = random.Random(1).randbytes(2**20 + 5)
    path = with_part(book, "xl/media/image1.png", noise + bytes(2**22))
    assert open_package(path).read("xl/media/image1.png")[: len(noise)] == noise
    content = bytearray(path.read_bytes())
    content[content.index(b"xl/media/image1.png") + 100_000] ^= 1
    path.write_bytes(content)
    assert "damaged" in refusal(path)
