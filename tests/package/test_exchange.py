"""Two files change places in one step, or it is said that they cannot."""

from __future__ import annotations

import ctypes
import errno
from pathlib import Path

import pytest

from clv_xl.package import exchange as module
from clv_xl.package.exchange import exchange


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    one, other = tmp_path / "one ü", tmp_path / "other"
    one.write_text("1")
    other.write_text("2")
    return one, other


@pytest.mark.usefixtures("can_exchange")
def test_each_file_stands_in_the_others_place(two: tuple[Path, Path]) -> None:
    assert exchange(*two)
    assert [path.read_text() for path in two] == ["2", "1"]


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EINVAL, errno.EPERM, errno.EOPNOTSUPP])
def test_a_file_system_that_cannot_says_so(
    two: tuple[Path, Path], number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        ctypes.set_errno(number)
        return -1

    monkeypatch.setattr(module, "_renameat2", lambda: refuse)
    assert not exchange(*two)
    assert [path.read_text() for path in two] == ["1", "2"]


@pytest.mark.usefixtures("can_exchange")
def test_a_failure_is_raised_with_its_cause(two: tuple[Path, Path]) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        exchange(two[0], two[0].with_name("nowhere"))
    assert (caught.value.errno, caught.value.filename) == (errno.ENOENT, str(two[0]))
    assert caught.value.filename2 == str(two[0].with_name("nowhere"))
    assert two[0].read_text() == "1"


@pytest.mark.parametrize("fault", [AttributeError, OSError, TypeError])
def test_a_system_without_the_function_says_so(
    two: tuple[Path, Path], fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: None) -> None:
        raise fault

    module._renameat2.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", fail)
    try:
        assert not exchange(*two)
    finally:
        module._renameat2.cache_clear()
    assert [path.read_text() for path in two] == ["1", "2"]
