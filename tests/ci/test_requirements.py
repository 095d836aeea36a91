"""The gate's lock file: it names all that pyproject.toml asks for, each file of it by its hash."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / ".ci" / "requirements.txt").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ENTRIES = [
    entry for entry in re.split(r"\n(?=\S)", LOCK.strip().replace("\\\n", "")) if entry[0] != "#"
]


NOT_INSTALLED = {"spark"}  # needs Java and 400 MB; its test says that it is skipped without


def asked_for() -> list[str]:
    optional = PROJECT["project"]["optional-dependencies"]
    extras = [wanted for name, wanted in optional.items() if name not in NOT_INSTALLED]
    build = PROJECT["build-system"]["requires"]
    return [*PROJECT["project"]["dependencies"], *chain.from_iterable(extras), *build]


def versions(name: str) -> list[str]:
    entries = [Requirement(entry.partition(" --hash")[0]) for entry in ENTRIES]
    found = [one for one in entries if canonicalize_name(one.name) == canonicalize_name(name)]
    return [str(one.specifier).removeprefix("==") for one in found]


@pytest.mark.parametrize("line", sorted(set(asked_for())))
def test_what_the_project_asks_for_is_locked(line: str) -> None:
    """After a change of pyproject.toml: .ci/lock."""
    requirement = Requirement(line)
    locked = versions(requirement.name)
    assert locked
    assert all(requirement.specifier.contains(version) for version in locked)


def test_every_package_has_one_version_and_its_hashes() -> None:
    pinned, hashes = r"[a-z0-9-]+==\S+( ; [^#@]+?)?", r"(\s+--hash=sha256:[0-9a-f]{64})+"
    assert [entry for entry in ENTRIES if not re.fullmatch(pinned + hashes, entry)] == []


def test_the_lock_names_no_registry() -> None:
    assert "//" not in LOCK
    assert "index" not in LOCK
