"""A file is replaced as a whole or not at all; files open elsewhere are refused."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from package.example_files import CHANGED, SHEET, digest, repacked

from clv_xl.errors import FileError
from clv_xl.package import open_package
from clv_xl.package.replacement import _machine_key


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
    open_package(book).save({SHEET: CHANGED})
    assert theirs.exists()
    os.utime(theirs, (1, 1))
    open_package(book).save({SHEET: CHANGED})
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
        package.save({SHEET: CHANGED})
    assert book.read_bytes() == bytes(changed)


# Files open elsewhere


def test_a_workbook_open_in_excel_is_refused_with_its_user(book: Path, tmp_path: Path) -> None:
    before = digest(book)
    (tmp_path / "~$book.xlsx").write_bytes(b"\3Ann" + b" " * 161)
    with pytest.raises(FileError, match=r"^Close 'book.xlsx' in Excel \(user Ann\) and retry\.$"):
        open_package(book).save({SHEET: CHANGED})
    assert digest(book) == before


def test_a_workbook_open_in_libreoffice_is_refused(book: Path, tmp_path: Path) -> None:
    (tmp_path / ".~lock.book.xlsx#").touch()
    with pytest.raises(FileError, match=r"Close 'book\.xlsx' in LibreOffice"):
        open_package(book).save({SHEET: CHANGED})


def test_a_read_only_file_is_refused(book: Path) -> None:
    book.chmod(0o444)
    before = digest(book)
    with pytest.raises(FileError, match="read-only"):
        open_package(book).save({SHEET: CHANGED})
    assert digest(book) == before


def test_a_missing_folder_is_named_as_such(book: Path, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="folder"):
        open_package(book).save({}, tmp_path / "nowhere" / "out.xlsx")
