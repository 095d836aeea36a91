"""The README's generated parts are those of a fresh generation, and its promises hold."""

from __future__ import annotations

import re
from pathlib import Path

import models_table
import pytest

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


def test_pictures_and_folders_it_names_exist() -> None:
    text = README.read_text("utf-8")
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+)\)", text):
        assert (README.parent / picture).is_file()
    house = re.search(r"    clv_xl/\n(.*?)\n\n", text, re.DOTALL)
    assert house is not None
    for line in house[1].splitlines():
        for name in re.findall(r"[a-z_]+(?:\.py|/)", line.split("   ")[2].strip() + " "):
            assert (README.parent / "clv_xl" / name).exists(), name
