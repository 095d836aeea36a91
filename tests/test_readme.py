"""The README's generated parts are those of a fresh generation, and its promises hold."""

from __future__ import annotations

import re
from pathlib import Path

import models_table
import pytest
from import_graph import PACKAGE, imports

from clv_xl import reference

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
    parts = {path.name + "/" * path.is_dir() for path in PACKAGE.glob("[a-z]*")}
    parts = {name for name in parts if name.endswith((".py", "/"))}
    assert parts - {"py.typed"} == set(named) - inside
    assert len(named) == len(set(named))


def test_parts_import_from_their_own_layer_or_those_below() -> None:
    order = {
        name.removesuffix(".py").removesuffix("/"): place
        for place, layer in enumerate(layers())
        for name in layer
    }
    wrong = {(part, used) for part, used in imports() if order[part] > order[used]}
    assert not wrong
