"""Workbook files: other parts unchanged, files complete after a crash, harmful files refused."""

from __future__ import annotations

import hashlib
import os
import pickle
import random
import signal
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from clv_xl.errors import FileError
from clv_xl.package import lock, open_package
from clv_xl.package.replacing import _machine_key
from clv_xl.package.workbook_file import MAX_BYTES

SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "hello"
    workbook.save(path)
    return path


def repacked(path: Path, **changes: bytes | None) -> Path:
    """The file with parts replaced (None: left out), written by zipfile."""
    changes = {name.replace("__", "/"): part for name, part in changes.items()}
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()} | changes
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            if part is not None:
                new.writestr(name, part)
    return path


def raw_parts(path: Path) -> dict[str, bytes]:
    """Every part as it lies in the file, still packed."""
    content = path.read_bytes()
    with zipfile.ZipFile(path) as opened:
        found = {}
        for entry in opened.infolist():
            name_length, extra_length = struct.unpack_from("<2H", content, entry.header_offset + 26)
            start = entry.header_offset + 30 + name_length + extra_length
            found[entry.filename] = content[start : start + entry.compress_size]
        return found


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# What is changed, and what is not


def test_every_other_part_keeps_its_packed_bytes_and_its_place(book: Path) -> None:
    before, order = raw_parts(book), zipfile.ZipFile(book).namelist()
    open_package(book).save({SHEET: b"<new/>", "custom/made.bin": b"\0" * 1000})
    after = raw_parts(book)
    assert zipfile.ZipFile(book).namelist() == [*order, "custom/made.bin"]
    assert {n: p for n, p in after.items() if n in before and n != SHEET} == {
        n: p for n, p in before.items() if n != SHEET
    }
    assert zipfile.ZipFile(book).testzip() is None
    assert open_package(book).read(SHEET) == b"<new/>"
    assert open_package(book).read("custom/made.bin") == b"\0" * 1000


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
    open_package(book).save({SHEET: b"<new/>"})
    with zipfile.ZipFile(book) as new:
        assert new.testzip() is None
        assert {n: new.read(n) for n in new.namelist()} == parts | {SHEET: b"<new/>"}


def test_a_part_with_a_foreign_name_survives(book: Path) -> None:
    repacked(book, **{"customXml__größe €.xml": b"<a/>"})
    open_package(book).save({SHEET: b"<new/>"})
    assert open_package(book).read("customXml/größe €.xml") == b"<a/>"


def test_another_output_leaves_the_source_alone(book: Path, tmp_path: Path) -> None:
    before = digest(book)
    open_package(book).save({SHEET: b"<new/>"}, tmp_path / "other.xlsx")
    assert digest(book) == before
    assert open_package(tmp_path / "other.xlsx").read(SHEET) == b"<new/>"


def test_the_file_keeps_its_mode(book: Path) -> None:
    book.chmod(0o640)
    open_package(book).save({SHEET: b"<new/>"})
    assert book.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(book: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    open_package(link).save({SHEET: b"<new/>"})
    assert link.is_symlink()
    assert open_package(book).read(SHEET) == b"<new/>"


# Never half a file


def test_a_killed_run_leaves_the_old_or_the_new_file_and_the_next_sweeps_up(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.Workbook()
    workbook.save(path)
    repacked(path, **{"xl__media__noise.bin": random.Random(1).randbytes(2_000_000)})
    script = (
        "import sys\nfrom clv_xl.package import open_package\n"
        "print('ready', flush=True)\n"
        "for n in range(10**6): open_package(sys.argv[1]).save({'n.xml': b'<n>%d</n>' % n})"
    )
    draw, seen = random.Random(2), 0
    for _ in range(12):
        run = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE)
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(draw.random() * 0.08)
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
        package = open_package(path)  # every checksum agrees, or this raises
        seen += "n.xml" in package.names
    assert seen
    (tmp_path / f".book.xlsx.{_machine_key()}-dead.clv_xl.tmp").touch()
    open_package(path).save({"n.xml": b"<n/>"})
    assert [entry.name for entry in tmp_path.iterdir()] == ["book.xlsx"]


def test_another_machines_fresh_temporary_file_is_left_alone(book: Path, tmp_path: Path) -> None:
    theirs = tmp_path / ".book.xlsx.00000000-1234.clv_xl.tmp"
    theirs.touch()
    open_package(book).save({SHEET: b"<new/>"})
    assert theirs.exists()
    os.utime(theirs, (1, 1))
    open_package(book).save({SHEET: b"<newer/>"})
    assert not theirs.exists()


def test_a_full_disk_leaves_the_file_as_it_was(book: Path, tmp_path: Path) -> None:
    before = digest(book)
    script = (
        "import resource,signal,sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from clv_xl.package import open_package\nfrom clv_xl.errors import FileError\n"
        "package = open_package(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "try: package.save({'n.bin': __import__('os').urandom(200_000)})\n"
        "except FileError as fault: print(fault)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(book)], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("There is not enough room on the disk to save 'book.xlsx': 0.2 MB")
    assert digest(book) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["book.xlsx"]


def test_a_change_by_somebody_else_in_the_meantime_is_not_overwritten(book: Path) -> None:
    package = open_package(book)
    stamp = book.stat()
    changed = bytearray(book.read_bytes())
    changed[-1:] = b"\1"
    book.write_bytes(changed)
    os.utime(
        book, ns=(stamp.st_atime_ns, stamp.st_mtime_ns)
    )  # same size, same time: only the content differs
    with pytest.raises(FileError, match="changed by another program"):
        package.save({SHEET: b"<new/>"})
    assert book.read_bytes() == bytes(changed)


# Who else has it


def test_a_workbook_open_in_excel_is_refused_with_its_user(book: Path, tmp_path: Path) -> None:
    before = digest(book)
    (tmp_path / "~$book.xlsx").write_bytes(b"\3Ann" + b" " * 161)
    with pytest.raises(FileError, match=r"^Close 'book.xlsx' in Excel \(user Ann\) and retry\.$"):
        open_package(book).save({SHEET: b"<new/>"})
    assert digest(book) == before


def test_a_workbook_open_in_libreoffice_is_refused(book: Path, tmp_path: Path) -> None:
    (tmp_path / ".~lock.book.xlsx#").touch()
    with pytest.raises(FileError, match=r"Close 'book\.xlsx' in LibreOffice"):
        open_package(book).save({SHEET: b"<new/>"})


def test_a_read_only_file_is_refused(book: Path) -> None:
    book.chmod(0o444)
    before = digest(book)
    with pytest.raises(FileError, match="read-only"):
        open_package(book).save({SHEET: b"<new/>"})
    assert digest(book) == before


def test_a_missing_folder_is_named_as_such(book: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="folder"):
        open_package(book).save({}, tmp_path / "nowhere" / "out.xlsx")


def test_a_second_run_waits_and_then_refuses(book: Path) -> None:
    with lock(book):
        start = time.monotonic()
        with pytest.raises(FileError, match="Another run of clv-xl"), lock(book, patience=0.2):
            pass
        assert 0.2 <= time.monotonic() - start < 2


def test_a_lock_is_free_again_afterwards_and_other_files_are_not_locked(
    book: Path, tmp_path: Path
) -> None:
    with lock(book), lock(tmp_path / "other.xlsx", patience=0):
        pass
    with lock(book, patience=0):
        pass


def test_two_runs_at_once_lose_no_update(book: Path) -> None:
    script = (
        "import sys\nfrom clv_xl.package import lock, open_package\n"
        "for n in range(15):\n"
        "    with lock(sys.argv[1]):\n"
        "        open_package(sys.argv[1]).save({f'{sys.argv[2]}{n}.xml': b'<n/>'})"
    )
    runs = [subprocess.Popen([sys.executable, "-c", script, str(book), who]) for who in "ab"]
    assert [run.wait() for run in runs] == [0, 0]
    names = open_package(book).names
    assert {f"{who}{n}.xml" for who in "ab" for n in range(15)} <= set(names)


# What is not a workbook


def refusal(path: Path) -> str:
    before = digest(path) if path.is_file() else ""
    start = time.process_time()
    with pytest.raises(FileError) as caught:
        open_package(path)
    assert time.process_time() - start < 1
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


def test_a_bomb_is_refused_by_what_it_says_it_unpacks_to(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
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


def test_the_whole_look_takes_little_for_an_honest_file(book: Path) -> None:
    repacked(book, xl__big=random.Random(1).randbytes(5_000_000))
    start = time.process_time()
    open_package(book)
    assert time.process_time() - start < 0.5


def test_many_runs_take_turns_and_leave_no_lock_behind(tmp_path):
    counter, locks = tmp_path / "counter.txt", tmp_path / "locks"
    counter.write_text("0")
    locks.mkdir()
    code = (
        "import sys, pathlib\n"
        "from clv_xl.package import lock\n"
        "counter = pathlib.Path(sys.argv[1])\n"
        "for _ in range(60):\n"
        "    with lock(counter, patience=60):\n"
        "        counter.write_text(str(int(counter.read_text()) + 1))\n"
    )
    places = {**os.environ, "TMPDIR": str(locks), "TEMP": str(locks), "TMP": str(locks)}
    runs = [
        subprocess.Popen([sys.executable, "-c", code, str(counter)], env=places) for _ in range(4)
    ]
    assert [run.wait(120) for run in runs] == [0] * 4
    assert counter.read_text() == "240"
    assert list(locks.iterdir()) == []
