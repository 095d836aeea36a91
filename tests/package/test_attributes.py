"""A new file has what the old one had beside its content."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clv_xl.package.attributes import copy_attributes

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
def test_root_keeps_owner_group_and_special_bits(two: tuple[Path, Path]) -> None:
    old, new = two
    os.chown(old, ADA, STAFF)
    old.chmod(0o6751)
    copy_attributes(old, new)
    assert (new.stat().st_uid, new.stat().st_gid) == (ADA, STAFF)
    assert new.stat().st_mode & 0o7777 == 0o6751


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
