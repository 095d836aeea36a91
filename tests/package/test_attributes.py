"""A new file has what the old one had beside its content."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from package import posix

from clv_xl.package import attributes

root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs several users: root"
)
ADA, BOB, STAFF, BOBS = 5001, 5002, 6001, 6002


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("old")
    new.write_text("new")
    os.utime(old, (1, 1))
    return old, new


def copy_attributes(old: Path, new: Path) -> None:
    with new.open("r+b") as file:
        attributes.copy_attributes(old, file.fileno())


@contextmanager
def user(number: int, groups: list[int]) -> Iterator[None]:
    """Act as another user on files, as a process of theirs would."""
    before = os.getgroups()
    os.setgroups(groups)
    os.setegid(groups[0])
    os.seteuid(number)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(before)


def reach(path: Path) -> None:
    """Let every user reach a file."""
    for folder in path.parents:
        if folder.stat().st_mode & 0o011 != 0o011:
            folder.chmod(folder.stat().st_mode | 0o011)


@posix.permissions
def test_permissions_are_kept_and_the_time_is_new(two: tuple[Path, Path]) -> None:
    old, new = two
    old.chmod(0o640)
    copy_attributes(old, new)
    assert new.stat().st_mode & 0o7777 == 0o640
    assert new.stat().st_mtime > 1e9
    assert new.read_text() == "new"


def test_extended_attributes_are_kept(two: tuple[Path, Path]) -> None:
    old, new = two
    try:
        os.setxattr(old, "user.note", b"keep")
    except (AttributeError, OSError):
        pytest.skip("no extended attributes here")
    copy_attributes(old, new)
    assert os.getxattr(new, "user.note") == b"keep"


def test_an_access_list_is_kept(two: tuple[Path, Path]) -> None:
    old, new = two
    entries = [(1, 6, -1), (2, 6, ADA), (4, 4, -1), (16, 6, -1), (32, 0, -1)]
    access = b"\2\0\0\0" + b"".join(
        tag.to_bytes(2, "little")
        + rights.to_bytes(2, "little")
        + who.to_bytes(4, "little", signed=True)
        for tag, rights, who in entries
    )
    try:
        os.setxattr(old, "system.posix_acl_access", access)
    except (AttributeError, OSError):
        pytest.skip("no access lists here")
    copy_attributes(old, new)
    assert os.getxattr(new, "system.posix_acl_access") == access
    assert new.stat().st_mode == old.stat().st_mode


@root
def test_root_keeps_owner_and_group_but_nothing_that_runs_as_them(
    two: tuple[Path, Path],
) -> None:
    old, new = two
    os.chown(old, ADA, STAFF)
    old.chmod(0o6751)
    copy_attributes(old, new)
    assert (new.stat().st_uid, new.stat().st_gid) == (ADA, STAFF)
    assert new.stat().st_mode & 0o7777 == 0o751


@root
def test_a_member_keeps_the_group_but_not_the_owner(two: tuple[Path, Path]) -> None:
    old, new = two
    os.chown(old, ADA, STAFF)
    os.chown(new, BOB, BOBS)
    old.chmod(0o4664)
    reach(old)
    with user(BOB, [BOBS, STAFF]):
        copy_attributes(old, new)
    assert (new.stat().st_uid, new.stat().st_gid) == (BOB, STAFF)
    assert new.stat().st_mode & 0o7777 == 0o664


@root
@pytest.mark.parametrize(
    ("before", "after"), [(0o664, 0o644), (0o660, 0o600), (0o666, 0o666), (0o775, 0o755)]
)
def test_a_group_that_is_lost_does_not_give_its_rights_to_another(
    two: tuple[Path, Path], before: int, after: int
) -> None:
    old, new = two
    os.chown(old, ADA, STAFF)
    os.chown(new, BOB, BOBS)
    old.chmod(before)
    reach(old)
    with user(BOB, [BOBS]):
        copy_attributes(old, new)
    assert (new.stat().st_uid, new.stat().st_gid) == (BOB, BOBS)
    assert new.stat().st_mode & 0o7777 == after


@pytest.mark.parametrize(
    ("number", "fails"), [(errno.EPERM, False), (errno.EOPNOTSUPP, False), (errno.ENOSPC, True)]
)
@pytest.mark.parametrize("call", ["listxattr", "getxattr", "setxattr"])
@pytest.mark.skipif(not hasattr(os, "listxattr"), reason="extended attributes of Linux")
def test_only_attributes_that_cannot_be_kept_are_given_up(
    two: tuple[Path, Path], call: str, number: int, fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(os, "listxattr", lambda *_, **__: ["user.note"])
    monkeypatch.setattr(os, "getxattr", lambda *_, **__: b"keep")
    monkeypatch.setattr(os, "setxattr", lambda *_: None)
    monkeypatch.setattr(os, call, fail)
    if fails:
        with pytest.raises(OSError, match="no"):
            copy_attributes(*two)
    else:
        copy_attributes(*two)


def test_the_rights_of_programs_are_not_copied(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = []
    names = ["security.capability", "security.selinux"]
    monkeypatch.setattr(os, "listxattr", lambda *_, **__: names, raising=False)
    monkeypatch.setattr(os, "getxattr", lambda *_, **__: b"x", raising=False)
    monkeypatch.setattr(os, "setxattr", lambda _, name, __: copied.append(name), raising=False)
    copy_attributes(*two)
    assert copied == ["security.selinux"]


@posix.permissions
def test_a_system_without_attributes_and_permissions_is_no_reason_to_fail(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "listxattr", raising=False)
    monkeypatch.delattr(os, "fchmod")
    two[0].chmod(0o600)
    two[1].chmod(0o644)
    copy_attributes(*two)
    assert two[1].stat().st_mode & 0o777 == 0o644
