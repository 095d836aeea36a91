"""The catalogue for readers: records, tables, the README's list of functions.

`python -m clv_xl.reference README.md clv_xl/__init__.pyi` writes what is generated in these files.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any, Final

from clv_xl import help_page
from clv_xl.call import call
from clv_xl.cells import Cell
from clv_xl.functions import CATALOGUE, CATEGORIES, Function
from clv_xl.functions.spec import Parameter
from clv_xl.stub import stub

LONGEST = 90
"""Characters of an example that a table has room for."""


def records() -> list[dict[str, Any]]:
    """Return every function as a record of plain types."""
    return [_record(function) for function in CATALOGUE.values()]


def _record(function: Function) -> dict[str, Any]:
    return {
        "name": function.name,
        "category": function.category,
        "signature": function.signature,
        "summary": function.summary,
        "notes": function.notes,
        "elementwise": function.elementwise,
        "arguments": [_argument(parameter) for parameter in function.parameters],
        "result": help_page.result(function),
        "errors": [
            {"value": str(value), "when": when} for value, when in help_page.errors(function)
        ],
        "examples": [
            {"formula": formula, "result": value} for formula, value in function.examples.items()
        ],
        "see_also": list(function.see_also),
        "source": function.source,
    }


def _argument(parameter: Parameter) -> dict[str, Any]:
    meaning = parameter.meaning
    return {
        "name": parameter.name,
        "required": parameter.required,
        "default": parameter.default,
        "unit": meaning.unit.value,
        "kind": meaning.kind.value,
        "column": parameter.column,
        "low": None if math.isinf(meaning.low) else meaning.low,
        "high": None if math.isinf(meaning.high) else meaning.high,
        "whole": meaning.whole,
        "choices": list(meaning.choices),
        "fields": list(meaning.fields),
        "must": meaning.domain,
        "meaning": meaning.sentence,
    }


def tables() -> list[tuple[str, list[list[Cell]]]]:
    """Return the functions of each category as a table."""
    found: list[tuple[str, list[list[Cell]]]] = []
    for category in CATEGORIES:
        rows: list[list[Cell]] = [["function", "what it gives"]]
        rows += [
            [function.signature, function.summary]
            for function in CATALOGUE.values()
            if function.category == category
        ]
        found.append((category, rows))
    return found


def markdown() -> str:
    """Return the functions as the tables of the README."""
    lines: list[str] = []
    for category in CATEGORIES:
        members = [function for function in CATALOGUE.values() if function.category == category]
        lines += [f"### {category}", "", "| function | what it gives | example |", "|---|---|---|"]
        for function in members:
            formula, value = next(iter(function.examples.items()))
            shown = f"{value:,.6g}" if isinstance(value, (int, float)) else value
            # A formula that carries its own orders is too long for a table; the workbook has it.
            example = f"`{formula}` gives {shown}" if len(formula) <= LONGEST else ""
            place = f'<a id="{help_page.anchor(function)}"></a>'
            lines.append(f"| `{function.signature}`{place} | {function.summary} | {example} |")
        lines.append("")
    return "\n".join(lines).rstrip()


def rfm_segments() -> str:
    """Return the names of RFM segments as the table of the README."""
    scores = range(1, 6)
    segments = {(r, f): call("RFM_SEGMENT", [r, f, f]).cells for r in scores for f in scores}
    rows = [
        f"| **{r}** | " + " | ".join(str(segments[r, f]) for f in scores) + " |"
        for r in reversed(scores)
    ]
    return "\n".join(["| | 1 | 2 | 3 | 4 | 5 |", "|---|---|---|---|---|---|", *rows])


def lambda_names() -> str:
    """Return which functions of each category there are as LAMBDA names, as Markdown."""
    from clv_xl.hosts.lambdas.edition import FORMULAS

    lines = ["| Category | | Functions as LAMBDA names |", "|---|---|---|"]
    for category in CATEGORIES:
        every = [name for name, function in CATALOGUE.items() if function.category == category]
        found = [f"`{name}`" for name in every if name in FORMULAS]
        if found:
            lines.append(f"| {category} | {len(found)} of {len(every)} | {', '.join(found)} |")
    return "\n".join(lines)


PARTS: Final = {"functions": markdown, "rfm": rfm_segments, "lambdas": lambda_names}
"""The generated parts of the README, by the name of their markers."""


def fill(path: Path) -> None:
    """Write the generated parts of the README between their markers."""
    text = path.read_text("utf-8")
    for name, make in PARTS.items():
        before, rest = text.split(f"<!-- {name} -->\n", 1)
        after = rest.split(f"<!-- /{name} -->", 1)[1]
        text = f"{before}<!-- {name} -->\n{make()}\n<!-- /{name} -->{after}"
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    for generated in map(Path, sys.argv[1:]):
        if generated.suffix == ".pyi":
            generated.write_text(stub(), "utf-8")
        else:
            fill(generated)
