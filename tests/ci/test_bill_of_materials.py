"""The bill of materials names what an installed clv_xl needs, and only what is locked."""

from __future__ import annotations

import tomllib
from pathlib import Path

import bill_of_materials
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))


def names(made: dict) -> set[str]:
    return {one["name"] for one in made["components"]}


def test_all_that_clv_xl_needs_here_is_named() -> None:
    asked = map(Requirement, PROJECT["project"]["dependencies"])
    here = {canonicalize_name(one.name) for one in asked if not one.marker or one.marker.evaluate()}
    assert here <= names(bill_of_materials.bill())


def test_tools_of_tests_and_lint_are_not_named() -> None:
    assert not names(bill_of_materials.bill()) & {"pytest", "ruff", "mypy", "hypothesis"}


def test_everybody_who_is_needed_is_a_component() -> None:
    made = bill_of_materials.bill()
    known = {one["bom-ref"] for one in [made["metadata"]["component"], *made["components"]]}
    needed = {other for one in made["dependencies"] for other in one["dependsOn"]}
    assert {one["ref"] for one in made["dependencies"]} == known
    assert needed <= known


def test_every_component_has_a_version_and_a_licence() -> None:
    for one in bill_of_materials.bill()["components"]:
        assert one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}"
        assert one["licenses"]


def test_another_version_than_the_locked_one_is_a_sentence() -> None:
    made = {"components": [{"name": "lxml", "version": "5.0"}, {"name": "rich", "version": "1"}]}
    assert bill_of_materials.not_locked(made, "lxml==5.0 \\\n    --hash=x\nrich==2 \\\n") == [
        "rich 1 is not locked; run .ci/lock."
    ]
