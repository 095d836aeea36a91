"""A lock on an open file: nobody else has it, the system lets it go, other programs see nothing."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from package import posix

from clv_xl.package import exclusive
from clv_xl.package.exclusive import WithoutLocksError, try_lock

linux = pytest.mark.skipif(sys.platform != "linux", reason="locks of Linux")


@posix.locks
def test_a_second_handle_gets_the_lock_when_the_first_is_closed(book: Path) -> None:
    with book.open("r+b") as second:
        with book.open("r+b") as first:
            assert try_lock(first.fileno())
            assert not try_lock(second.fileno())
        assert try_lock(second.fileno())


@linux
def test_others_read_and_write_a_locked_file_and_closing_it_again_does_not_release_it(
    book: Path,
) -> None:
    with book.open("r+b") as first, book.open("r+b") as second:
        assert try_lock(first.fileno())
        content = book.read_bytes()
        book.write_bytes(content)
        assert not try_lock(second.fileno())
    code = (  # as LibreOffice and SQLite look whether a file is locked: all but its last byte
        "import fcntl,sys\nf=open(sys.argv[1],'r+b')\n"
        "fcntl.lockf(f,fcntl.LOCK_EX|fcntl.LOCK_NB,2**40)"
    )
    with book.open("r+b") as first:
        assert try_lock(first.fileno())
        assert subprocess.run([sys.executable, "-c", code, str(book)], check=False).returncode == 0


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (errno.EAGAIN, False),
        (errno.EACCES, False),
        (errno.ENOLCK, WithoutLocksError),
        (errno.EINVAL, WithoutLocksError),
        (errno.ENOSYS, WithoutLocksError),
        (errno.EOPNOTSUPP, WithoutLocksError),
        (errno.EIO, OSError),
    ],
)
def test_a_failure_is_told_from_a_lock_that_somebody_has(
    number: int, wanted: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(exclusive, "_lock", fail)
    if wanted is False:
        assert not try_lock(0)
    else:
        with pytest.raises(wanted):
            try_lock(0)
