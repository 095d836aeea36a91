"""The help page of a function, made from its declaration: for terminal, Python and workbook."""

from __future__ import annotations

import difflib
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from clv_xl.cells import CellError, error_value
from clv_xl.functions import CATALOGUE, CATEGORIES, Function
from clv_xl.functions.spec import (
    ENDLESS,
    UNDEFINED,
    Estimates,
    Kind,
    Matrix,
    Measures,
    Number,
    Parameter,
    Table,
    Text,
    Unit,
)

UNIT_WORDS: Final = {
    Unit.MONEY: "money",
    Unit.SHARE: "share (0.1 is 10 %)",
    Unit.PERIODS: "periods",
    Unit.MONTHS: "months",
    Unit.DAYS: "days",
    Unit.COUNT: "count",
    Unit.DECIMAL: "number",
    Unit.RATIO: "ratio",
    Unit.SCORE: "score",
    Unit.DATE: "date",
    Unit.TEXT: "text",
}
_WIDTH: Final = 96
_INDENT: Final = "    "
_OF_A_CELL: Final = re.compile(r"=(?:ROUND\()?INDEX\((.+\)), \d+, \d+\)(?:, \d+\))?")
_ORDER: Final = (CellError.VALUE, CellError.NUM, CellError.DIV0, CellError.NA)
_NOTHING_TO_FIT: Final = (
    "The data hold no answer, such as too few customers; CLV_ERRORS says what is missing."
)


def find(name: str) -> Function | None:
    """Return the function of a name in any case, with or without its equals sign."""
    return CATALOGUE.get(name.strip().removeprefix("=").upper())


def nearest(name: str) -> list[str]:
    """Return the names of the functions that are spelled most like a name, the nearest first."""
    wanted = name.strip().removeprefix("=").upper()
    alike = difflib.get_close_matches(wanted, CATALOGUE, n=4, cutoff=0.5)
    return alike or [known for known in CATALOGUE if len(wanted) > 2 and wanted in known][:4]


def unknown(name: str) -> str:
    """Return the sentence that says that there is no such function, and which are spelled alike."""
    names = nearest(name)
    alike = f"; the nearest names are {_listed(names)}" if names else ""
    return f"There is no function of this name{alike}. clv-xl help lists them all."


def anchor(function: Function) -> str:
    """Return the place of a function in the README, to follow its address and #."""
    return function.name.lower()


def unit(parameter: Parameter) -> str:
    """Return the unit of an argument in words; where one of a list is chosen, the list."""
    choices = parameter.meaning.choices
    if choices:
        return "one of " + ", ".join(map(str, choices))
    return UNIT_WORDS[parameter.meaning.unit]


def domain(parameter: Parameter) -> str:
    """Return what an argument must be besides its unit; empty where every value is allowed."""
    meaning = parameter.meaning
    if meaning.choices:
        return ""
    words = re.sub(r"\b(?:be a|be|lie in) ", "", meaning.domain)
    return words.replace("whole number and", "whole number,")


def if_left_out(parameter: Parameter) -> str:
    """Return what an argument is if it is left out."""
    return "needed" if parameter.required else parameter.default_text or "optional"


def result(function: Function) -> str:
    """Return what a function gives, in words."""
    match function.result:
        case Number(of):
            return UNIT_WORDS[of]
        case Text():
            return "text"
        case Table(columns, beside_input):
            titles = ", ".join(name for name, _ in columns)
            return f"columns beside your rows: {titles}" if beside_input else f"a table: {titles}"
        case Measures(rows):
            return "a table of two columns, measure and value: " + ", ".join(row for row, _ in rows)
        case Estimates(parameters, in_words):
            listed = ", ".join(parameters)
            return (
                f"a table of parameter, estimate, std_error and in words: {listed}, then the "
                "effects of each covariate on dropout and on purchases"
                if in_words
                else f"a table of parameter, estimate and std_error: {listed}"
            )
        case Matrix():
            return "a table whose columns depend on your data"


def example(function: Function) -> str:
    """Return a formula that shows what the function gives, the whole table where it gives one."""
    formula = next(iter(function.examples))
    whole = _OF_A_CELL.fullmatch(formula) if function.is_table else None
    return f"={whole[1]}" if whole else formula


def errors(function: Function) -> list[tuple[CellError, str]]:
    """Return which error values a function gives, and when."""
    found = [(CellError.VALUE, sentence) for sentence in _wrong_arguments(function)]
    if any(map(_has_limits, function.parameters)):
        found.append((CellError.NUM, "A number is outside the limits given above."))
    if function.denominators:
        told = " or ".join(function.denominators)
        found.append((CellError.DIV0, f"{told} is 0: there is nothing to divide by."))
    if isinstance(function.result, Estimates):
        found.append((CellError.NA, _NOTHING_TO_FIT))
    for fault, default in ((function.infinite, ENDLESS), (function.undefined, UNDEFINED)):
        line = error_value(fault), fault.sentence.removesuffix(".") + "."
        if fault is not default and line not in found:
            found.append(line)
    return sorted(found, key=lambda line: _ORDER.index(line[0]))


def _has_limits(parameter: Parameter) -> bool:
    return parameter.meaning.kind is Kind.NUMBER and domain(parameter) != ""


def _wrong_arguments(function: Function) -> list[str]:
    """Return when the arguments are none that the function can read."""
    given, found = function.parameters, []
    if needed := [one.name for one in given if one.required]:
        found.append(f"{_either(needed)} is missing.")
    strict = [one for one in given if not one.meaning.row_left_out]
    if any(one.meaning.kind is Kind.NUMBER for one in strict):
        found.append("A text stands where a number belongs.")
    if dates := [one.name for one in strict if one.meaning.kind is Kind.DATE]:
        found.append(f"{_either(dates)} is no date.")
    if options := [one.name for one in given if one.meaning.kind is Kind.CHOICE]:
        found.append(f"{_either(options)} is none of the words listed above.")
    orders = [one.name for one in given if one.meaning.row_left_out]
    if orders and not function.reports_faults:
        found.append(f"No row has {_listed(orders)} that can be read; such rows are left out.")
    long = [one for one in given if one.column and one.name not in function.independent_columns]
    if len(long) > 1:
        found.append(f"{_listed([one.name for one in long])} are not equally long.")
    return found


def _either(names: Sequence[str]) -> str:
    return _listed(names, "or")


def _listed(names: Sequence[str], last: str = "and") -> str:
    """Return names as a sentence has them: a, b and c."""
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def page(function: Function) -> str:
    """Return the help page of a function as text."""
    sections = [
        f"{function.name} ({function.category})",
        _wrapped(function.summary, ""),
        _wrapped(function.notes, ""),
        _section("Syntax", [_wrapped(f"={function.signature}", _INDENT)]),
        _section("Arguments", map(_argument, function.parameters)),
        _section("Gives", [_wrapped(result(function), _INDENT)]),
        _section("Example", [_example(function)]),
        _section(
            "Errors",
            [_wrapped(f"{cell!s:9}{told}", _INDENT, " " * 9) for cell, told in errors(function)],
        ),
        _section("Formula and source", [_wrapped(function.source, _INDENT)]),
        _section(
            "See also",
            [_wrapped(f"{name}: {CATALOGUE[name].summary}", _INDENT) for name in function.see_also],
        ),
    ]
    return "\n\n".join(filter(None, sections))


def contents() -> str:
    """Return all functions by category, each with what it gives, as text."""
    members = {
        category: [
            _wrapped(f"{one.name:20} {one.summary}", _INDENT, " " * 21)
            for one in CATALOGUE.values()
            if one.category == category
        ]
        for category in CATEGORIES
    }
    return "\n\n".join(_section(category, lines) for category, lines in members.items())


def described(parameter: Parameter) -> str:
    """Return an argument's unit, limits and default, as in 'money, at least 0; 0 if left out'."""
    words = ", ".join(filter(None, (unit(parameter), domain(parameter))))
    if parameter.required:
        return words
    default = parameter.default_text
    return f"{words}; {default} if left out" if default else f"{words}; optional"


def _argument(parameter: Parameter) -> str:
    head = _wrapped(f"{parameter.name}: {described(parameter)}", _INDENT)
    return f"{head}\n{_wrapped(parameter.meaning.sentence, _INDENT * 2)}"


def _example(function: Function) -> str:
    formula, value = next(iter(function.examples.items()))
    shown = f"{value:,.10g}" if isinstance(value, (int, float)) else value
    return f"{_wrapped(formula, _INDENT)}\n{_INDENT}gives {shown}"


def _section(title: str, lines: Iterable[str]) -> str:
    body = "\n".join(filter(None, lines))
    return f"{title}\n{body}" if body else ""


def _wrapped(text: str, indent: str, hanging: str = "") -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
