"""Imports run in one direction, between parts and inside hosts and workbook."""

from __future__ import annotations

import ast
from pathlib import Path

import clv_xl

PACKAGE = Path(clv_xl.__file__).parent

# What each part may import of the others.
ALLOWED = {
    "errors": set(),
    "maths": {"errors"},
    "cells": {"errors"},
    "session": {"errors"},
    "package": {"errors"},
    "functions": {"errors", "maths", "session"},
    "coercion": {"errors", "cells"},
    "arguments": {"errors", "maths", "cells", "coercion", "functions"},
    "broadcasting": {"errors", "cells", "functions", "arguments"},
    "alignment": {"errors", "maths", "cells", "coercion", "functions", "arguments"},
    "results": {"errors", "maths", "cells", "functions", "arguments"},
    "call": {
        "errors",
        "cells",
        "session",
        "functions",
        "arguments",
        "broadcasting",
        "alignment",
        "results",
    },
    "python": {"errors", "cells", "functions", "call"},
    "hosts": {"errors", "cells", "session", "package", "functions", "call"},
    "workbook": {"errors", "cells", "session", "package", "functions", "call", "hosts"},
    "stub": {"functions"},
    "reference": {"call", "cells", "functions", "stub"},
    "report": {"errors", "cells", "session", "hosts"},
    "installation": {"errors", "call", "hosts", "workbook"},
    "cli": {"errors", "report", "reference", "installation", "hosts", "workbook"},
}
EXACT = {"maths": {"arrays"}}


def imports() -> set[tuple[str, str]]:
    """Every (part, part it imports), the package's own __init__ apart."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if part == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = (
                    [f"clv_xl.{alias.name}" for alias in node.names]
                    if node.module == "clv_xl"
                    else [node.module or ""]
                )
            for name in names:
                if name.startswith("clv_xl."):
                    found.add((part, name.split(".")[1]))
    return found


def test_imports_run_one_way() -> None:
    found = imports()
    assert ("call", "functions") in found  # the walk sees what is there
    wrong = {(part, used) for part, used in found if used not in ALLOWED[part] | {part}}
    assert not wrong


def test_maths_knows_only_numpy_scipy_and_errors() -> None:
    outside = set()
    for path in (PACKAGE / "maths").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                outside |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                outside.add((node.module or "").split(".")[0])
    assert "numpy" in outside
    assert outside - {"numpy", "scipy", "clv_xl"} <= {
        "__future__", "collections", "dataclasses", "datetime", "enum", "functools", "hashlib",
        "importlib", "itertools", "math", "typing",
    }  # fmt: skip


def test_no_part_has_an_empty_name() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
    assert not {path.stem for path in PACKAGE.rglob("*.py")} & vague
