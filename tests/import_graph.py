"""Which parts of the package import which, read from the syntax of the files."""

from __future__ import annotations

import ast
from pathlib import Path

import clv_xl

PACKAGE = Path(clv_xl.__file__).parent


def imported(path: Path) -> set[str]:
    """The full names that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imports(folder: Path = PACKAGE) -> set[tuple[str, str]]:
    """Every (part, part it imports) of a folder, whose own __init__ is apart."""
    prefix = ".".join([*folder.relative_to(PACKAGE.parent).parts, ""])
    found = set()
    for path in folder.rglob("*.py"):
        part = path.relative_to(folder).parts[0].removesuffix(".py")
        if part != "__init__":
            names = {name for name in imported(path) if name.startswith(prefix)}
            found |= {(part, name.removeprefix(prefix).split(".")[0]) for name in names}
    return {(part, used) for part, used in found if part != used}
