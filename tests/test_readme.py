"""The README's generated parts are those of a fresh generation, and its promises hold."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
from pathlib import Path

import click
import models_table
import pytest
from import_graph import PACKAGE, imports

from clv_xl import reference
from clv_xl.cli import cli

README = Path(__file__).parents[1] / "README.md"


def part(name: str) -> str:
    found = re.search(
        rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", README.read_text("utf-8"), re.DOTALL
    )
    assert found is not None
    return found[1].strip()


@pytest.mark.parametrize("name", list(reference.PARTS))
def test_generated_parts_are_fresh(name: str) -> None:
    assert part(name) == reference.PARTS[name]()


def test_the_table_of_published_figures_is_fresh() -> None:
    assert part("models") == models_table.table()


STUBS = {
    "python3": 'mkdir -p .venv/bin && cp "$STUBS"/venv/* .venv/bin/',
    "venv/activate": 'PATH="$PWD/.venv/bin:$PATH"',
    "venv/pip": 'cp "$STUBS/clv-xl" "$(dirname "$0")/clv-xl"',
    "venv/python": "true",
    "clv-xl": 'echo "$@" >> "$STUBS/ran"',
}
"""Programs that do nothing but put each other where the real ones would be."""


def commands() -> list[str]:
    """The README's shell blocks, and its clv-xl commands between them, in order."""
    text = re.sub(
        r"^```python\n.*?^```", "", README.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    found = re.finditer(r"^```sh\n(.*?)^```|`(clv-xl [^`]+)`", text, re.MULTILINE | re.DOTALL)
    return [one[1] or one[2] for one in found]


@pytest.mark.skipif(os.name == "nt", reason="The README has other words for Windows")
def test_commands_work_one_after_the_other(tmp_path: Path) -> None:
    """Each program is found when its turn comes, in one terminal that began with none of them."""
    stubs, work = tmp_path / "stubs", tmp_path / "work"
    for name, text in STUBS.items():
        path = stubs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    work.mkdir()
    start = tmp_path / "start"
    start.mkdir()
    (start / "python3").symlink_to(stubs / "python3")
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", "\n".join(commands())],
        cwd=work,
        env={"PATH": f"{start}:/usr/bin:/bin", "STUBS": str(stubs)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    ran = (stubs / "ran").read_text().splitlines()
    assert ran[0] == "demo"
    assert "install libreoffice" in ran


@pytest.mark.parametrize("line", [one for one in commands() if one.startswith("clv-xl ")])
def test_commands_are_those_of_the_program(line: str) -> None:
    name, *words = shlex.split(line)[1:]
    command = cli.commands[name]
    with contextlib.suppress(click.exceptions.Exit):
        command.make_context(name, words, resilient_parsing=True)
    options = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= options


def test_tests_that_the_threat_table_names_exist() -> None:
    section = README.read_text("utf-8").split("## For those who must allow it")[1].split("\n## ")[0]
    named = re.findall(r"`([a-z_/]*test_[a-z_]+\.py)`", section)
    assert named
    assert [name for name in named if not (README.parent / "tests" / name).is_file()] == []


def layers() -> list[set[str]]:
    """The parts of the package in each layer of the README's picture, the top one first."""
    section = README.read_text("utf-8").split("## How it is built")[1]
    picture = re.search(r"\n\n(    .*?)\n\n", section, re.DOTALL)
    assert picture is not None
    found = re.split(r"^ +-{20,}$", picture[1], flags=re.MULTILINE)
    return [set(re.findall(r"[a-z_]+(?:\.py|/)", layer)) for layer in found]


def test_pictures_exist() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", README.read_text("utf-8"))
    assert pictures
    assert all((README.parent / picture).is_file() for picture in pictures)


def test_the_picture_of_the_layers_names_every_part_once() -> None:
    named = [name for layer in layers() for name in layer]
    inside = {name for name in named if not (PACKAGE / name).exists()}
    assert all((PACKAGE / "hosts" / name).exists() for name in inside), inside
    parts = {path.name + "/" * path.is_dir() for path in PACKAGE.iterdir()}
    parts = {name for name in parts if name.endswith((".py", "/"))}
    assert parts - {"__init__.py", "__pycache__/"} == set(named) - inside
    assert len(named) == len(set(named))


def test_parts_import_from_their_own_layer_or_those_below() -> None:
    order = {
        name.removesuffix(".py").removesuffix("/"): place
        for place, layer in enumerate(layers())
        for name in layer
    }
    wrong = {(part, used) for part, used in imports() if order[part] > order[used]}
    assert not wrong
