"""Imports run in one direction, between parts and inside hosts and workbook."""

from __future__ import annotations

from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from import_graph import PACKAGE, imported, imports

# What each part may import of the others.
ALLOWED = {
    "errors": set(),
    "maths": {"errors"},
    "cells": {"errors"},
    "session": {"errors"},
    "package": {"errors"},
    "functions": {"errors", "maths", "session"},
    "text_values": set(),
    "headings": {"errors"},
    "input_columns": set(),
    "sample_marks": set(),
    "coercion": {"errors", "cells", "text_values"},
    "arguments": {"errors", "maths", "cells", "coercion", "functions"},
    "covariate_columns": {"errors", "maths", "cells", "coercion", "functions", "arguments"},
    "broadcasting": {"errors", "cells", "functions", "arguments", "covariate_columns"},
    "counted_rows": {"errors", "maths", "functions", "arguments"},
    "alignment": {
        "errors",
        "maths",
        "cells",
        "coercion",
        "functions",
        "arguments",
        "counted_rows",
        "covariate_columns",
    },
    "results": {"errors", "maths", "cells", "functions", "arguments"},
    "help_page": {"errors", "cells", "functions"},
    "tables": {"errors", "functions"},
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
    "python": {"errors", "cells", "functions", "help_page", "tables", "call"},
    "hosts": {"errors", "cells", "session", "package", "functions", "call"},
    "workbook": {
        "errors",
        "cells",
        "session",
        "package",
        "headings",
        "input_columns",
        "sample_marks",
        "functions",
        "help_page",
        "call",
        "hosts",
    },
    "refresh": {
        "errors",
        "cells",
        "coercion",
        "text_values",
        "headings",
        "input_columns",
        "sample_marks",
        "package",
        "hosts",
    },
    "values_copy": {"errors", "package", "functions"},
    "many_orders": {"errors", "maths", "coercion", "text_values", "headings", "package"},
    "stub": {"functions", "help_page"},
    "reference": {"call", "cells", "errors", "functions", "help_page", "hosts", "stub"},
    "pdf": {"errors", "package", "hosts", "values_copy", "workbook"},
    "terminal": {"errors"},
    "failures": {"errors", "terminal"},
    "report": {"errors", "terminal", "cells", "session", "hosts"},
    "installation": {"errors", "call", "hosts", "workbook"},
    "cli_options": {"hosts"},
    "cli_many_orders": {"cli_options", "terminal", "many_orders"},
    "cli": {
        "cli_many_orders",
        "cli_options",
        "help_page",
        "pdf",
        "terminal",
        "failures",
        "report",
        "reference",
        "installation",
        "hosts",
        "workbook",
        "refresh",
        "values_copy",
    },
    "__main__": {"cli"},
}
# What a host may take from another; each imports nothing else of `hosts`.
HOSTS = {
    "excel": {"excel_cells", "excel_help"},
    "excel_1904": {"excel"},
    "vba": {"excel_help"},
    "windows": {"vba"},  # installs the add-in file
    "recalc": {"libreoffice"},  # its other engine
}
FOLDERS = [path.parent for path in PACKAGE.rglob("__init__.py")]


def test_imports_run_one_way() -> None:
    found = imports()
    assert ("call", "functions") in found  # the walk sees what is there
    wrong = {(part, used) for part, used in found if used not in ALLOWED[part]}
    assert not wrong


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_circular_imports_between_the_parts_of_a_folder(folder: Path) -> None:
    graph: dict[str, set[str]] = {}
    for part, used in imports(folder):
        graph.setdefault(part, set()).add(used)
    assert list(TopologicalSorter(graph).static_order()) or not graph


def test_a_host_imports_no_other_but_where_stated() -> None:
    found = imports(PACKAGE / "hosts")
    assert ("recalc", "libreoffice") in found
    assert not {(part, used) for part, used in found if used not in HOSTS.get(part, set())}


def test_only_a_workbook_knows_its_sheets() -> None:
    found = imports(PACKAGE / "workbook")
    assert {part for part, used in found if used == "sheets"} == {"template", "microsoft_365"}


def test_maths_knows_only_numpy_scipy_and_errors() -> None:
    files = (PACKAGE / "maths").rglob("*.py")
    outside = {name.split(".")[0] for path in files for name in imported(path)}
    assert "numpy" in outside
    assert outside - {"numpy", "scipy", "clv_xl"} <= {
        "__future__", "collections", "dataclasses", "datetime", "enum", "functools", "hashlib",
        "importlib", "itertools", "math", "typing",
    }  # fmt: skip


def test_no_part_has_an_empty_name() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
    assert not {path.stem for path in PACKAGE.rglob("*.py")} & vague
