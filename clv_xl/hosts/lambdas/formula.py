"""What the edition holds of a function beside its declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Formula:
    """A function's formula for one element, and what concerns all elements at once.

    Parameters
    ----------
    body : str
        The result of one element.
    refused : str, optional
        A condition under which the whole call is `#VALUE!`; `no_x` is whether x was left out.
    left_out : mapping, optional
        Of arguments: the formula that stands for one that was left out; `all_x` is all of x.
    """

    body: str
    refused: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MeasuresFormula:
    """The formulas of a table of measures, over arguments that are one cell each.

    Parameters
    ----------
    shared : mapping
        Variables that several measures use, each with its formula.
    measures : mapping
        The formula of each measure, by the field that the declaration gives it.
    """

    shared: Mapping[str, str]
    measures: Mapping[str, str]


@dataclass(frozen=True)
class ColumnsFormula:
    """The formula of a function that takes whole columns, such as a fit or a table.

    Parameters
    ----------
    body : str
        The whole result. A variable that is named like an argument is its checked column without
        the rows that do not count, or the value of its cell; `no_x` is whether x was left out.
    left_out : mapping, optional
        Of columns: the number that stands for each row of one that was left out.
    """

    body: str
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Helper:
    """A formula that others call by its name, and what it gives."""

    text: str
    meaning: str
