"""The declaration of a spreadsheet function, and the catalogue of all declarations."""

from __future__ import annotations

import enum
import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Generic,
    NamedTuple,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from clv_xl.errors import Caveat, ClvError, DomainError
from clv_xl.maths.fitted_models import FittedModel
from clv_xl.maths.likelihood import Fit


class Unit(enum.Enum):
    """What a number counts; decides how it is shown."""

    MONEY = "money"
    SHARE = "share"
    PERIODS = "periods"
    MONTHS = "months"
    DAYS = "days"
    COUNT = "count"
    DECIMAL = "number"
    RATIO = "ratio"
    SCORE = "score"
    DATE = "date"
    TEXT = "text"


class Kind(enum.Enum):
    """The type as which an argument's cells are read."""

    NUMBER = "number"
    LABEL = "label"
    DATE = "date"
    CHOICE = "choice"
    ATTRIBUTES = "attributes"
    PARAMETERS = "parameters"
    COVARIATES = "covariates"


BLANK_LABEL: Final = "(blank)"
"""The group of rows that name no segment, channel or attribute."""


@dataclass(frozen=True)
class Meaning:
    """What an argument means, wherever it occurs: one sentence, unit, domain."""

    sentence: str
    unit: Unit
    kind: Kind = Kind.NUMBER
    low: float = -math.inf
    high: float = math.inf
    above_low: bool = False
    below_high: bool = False
    whole: bool = False
    choices: tuple[str | int, ...] = ()
    model: FittedModel[Any] | None = None
    """Of `Kind.PARAMETERS`: the model whose parameters they are."""
    with_covariates: bool = False
    """Of `Kind.PARAMETERS`: whether they may be those of a fit with covariates."""
    typical: tuple[float, float] = (0.0, 0.0)
    groups_blanks: bool = False
    """Whether rows without this label are a group of their own; else a blank label is a fault."""
    blank_is_unknown: bool = False
    """Whether a blank cell in a column of these numbers is NaN, not known; else it is a fault."""
    may_be_empty: bool = False
    """Whether a column without any entry is an empty list; else it is missing."""
    row_left_out: bool = False
    """Whether a row that lacks this, or in which it cannot be read, is left out, and said to be."""
    median_by_default: bool = False
    """Whether the median of another argument's column stands for it where it is left out."""
    a_column_each: bool = False
    """Whether it may be several columns, one for each group; blank cells in them are NaN."""
    numbers_orders: bool = False
    """Whether it numbers orders: a row that repeats one, alike in all but the date, is left out."""

    @property
    def fields(self) -> tuple[str, ...]:
        """Of `Kind.PARAMETERS`: the names of the model's parameters."""
        return () if self.model is None else self.model.names

    @property
    def domain(self) -> str:
        """The domain in words, to follow 'must'; empty where every number is allowed."""
        if self.model is not None:
            return f"be the range of {self.model.prefix}_FIT, or {len(self.fields)} numbers above 0"
        if self.choices:
            return "be one of " + ", ".join(str(choice) for choice in self.choices)
        what = "be a whole number" if self.whole else ""
        low = "above" if self.above_low else "at least"
        if math.isinf(self.low) and math.isinf(self.high):
            return what
        if math.isinf(self.high):
            limits = f"be {low} {self.low:.15g}"
        elif math.isinf(self.low):
            limits = f"be {'below' if self.below_high else 'at most'} {self.high:.15g}"
        elif self.above_low or self.below_high:
            high = "below" if self.below_high else "at most"
            limits = f"be {low} {self.low:.15g} and {high} {self.high:.15g}"
        else:
            limits = f"lie in {self.low:.15g} to {self.high:.15g}"
        return f"{what} and {limits}" if what else limits


@dataclass(frozen=True)
class Parameter:
    """One argument of one function."""

    name: str
    meaning: Meaning
    required: bool
    default: Any
    column: bool
    """Whether a table function takes a whole column here; else one cell."""

    @property
    def default_text(self) -> str:
        """The default as a user types it; empty where the argument has none."""
        if isinstance(self.default, (int, float)):
            return f"{self.default:g}"
        return "" if self.default is None else str(self.default)


@dataclass(frozen=True)
class Number:
    """The result is one number, or one per element."""

    unit: Unit


@dataclass(frozen=True)
class Text:
    """The result is a text, or one per element."""


Titled: TypeAlias = Unit | tuple[str, Unit]
"""A column or row: its title and unit; without a title it is titled like its field."""


def _titled(fields: Mapping[str, Titled]) -> tuple[tuple[str, Unit], ...]:
    """Return the title and unit of each field."""
    return tuple(
        (field.replace("_", " "), titled) if isinstance(titled, Unit) else titled
        for field, titled in fields.items()
    )


@dataclass(frozen=True)
class Table:
    """The result is a header row and rows; the function returns the columns.

    A table beside its input has no header; it has a row for each row of the input, blank where the
    input's row is empty.
    """

    columns: tuple[tuple[str, Unit], ...]
    beside_input: bool = False
    fields: tuple[str, ...] = ()
    """The names of the columns in the NamedTuple that the body returns, if it does."""

    @classmethod
    def of(cls, *, beside_input: bool = False, **columns: Titled) -> Table:
        """Return the table whose columns are the fields of the NamedTuple that the body returns."""
        return cls(_titled(columns), beside_input, tuple(columns))


@dataclass(frozen=True)
class Measures:
    """The result is a table `measure | value` with these rows; the function returns the values."""

    rows: tuple[tuple[str, Unit], ...]
    fields: tuple[str, ...] = ()
    """The names of the rows in the NamedTuple that the body returns."""

    @classmethod
    def of(cls, **rows: Titled) -> Measures:
        """Return the table whose rows are the fields of the NamedTuple that the body returns."""
        return cls(_titled(rows), tuple(rows))


@dataclass(frozen=True)
class Estimates:
    """The result is a fit: rows `parameter | estimate | std_error`; the body returns a fit."""

    parameters: tuple[str, ...]
    in_words: bool = False
    """Whether effects of covariates follow, with a column `in words`; it returns `FitInWords`."""


class FitInWords(NamedTuple):
    """What the body of a fit with covariates returns."""

    names: tuple[str, ...]
    """The parameters, then the effects of the covariates."""
    fit: Fit[tuple[float, ...]]
    words: tuple[str | None, ...]
    """What each says of customers; None where the number alone says it."""


@dataclass(frozen=True)
class Matrix:
    """The result is a table whose columns depend on the data; the body returns all its rows."""

    unit: Unit


Returned = TypeVar("Returned")


@dataclass(frozen=True)
class WithCaveats(Generic[Returned]):
    """What the body of a table returns where there are reasons to treat it with care."""

    result: Returned
    caveats: tuple[Caveat, ...]


Result: TypeAlias = Number | Text | Table | Measures | Estimates | Matrix

MONEY: Final = Number(Unit.MONEY)
SHARE: Final = Number(Unit.SHARE)
PERIODS: Final = Number(Unit.PERIODS)
RATIO: Final = Number(Unit.RATIO)
DECIMAL: Final = Number(Unit.DECIMAL)
TEXT: Final = Text()

ENDLESS: Final = DomainError(
    "The sum has no end with these numbers; give a horizon or a higher discount_rate"
)
UNDEFINED: Final = DomainError("These numbers together have no finite answer")


@dataclass(frozen=True)
class Function:
    """A spreadsheet function's declaration, read by hosts, workbook, README and tests."""

    name: str
    category: str
    body: Callable[..., Any]
    parameters: tuple[Parameter, ...]
    result: Result
    summary: str
    notes: str
    examples: Mapping[str, float | str]
    see_also: tuple[str, ...]
    source: str
    elementwise: bool
    denominators: tuple[str, ...]
    infinite: ClvError
    undefined: ClvError
    volatile: bool
    """Whether two equal calls may give different results."""
    reports_faults: bool
    """Whether the body takes columns with their faults (`Checked`), to report them."""
    independent_columns: tuple[str, ...]
    """Columns of a length of their own; the table has one row for each of theirs."""
    takes_rows_left_out: bool
    """Whether the body takes `rows_left_out`, how many rows of the input do not count."""

    @property
    def signature(self) -> str:
        """The call as it is written, optional arguments in brackets."""
        names = (p.name if p.required else f"[{p.name}]" for p in self.parameters)
        return f"{self.name}({', '.join(names)})"

    @property
    def is_table(self) -> bool:
        """Whether the result is rows and columns whatever the arguments' shape."""
        return not isinstance(self.result, (Number, Text))


CATALOGUE: Final[dict[str, Function]] = {}
"""All declared functions by name, in the order of their declaration."""

CATEGORIES: Final = (
    "Value",
    "Acquisition",
    "Segments",
    "Transactions",
    "Customer base",
    "Models",
    "Information",
)

Body = TypeVar("Body", bound=Callable[..., Any])


def spreadsheet_function(
    *,
    category: str,
    result: Result,
    examples: Mapping[str, float | str],
    see_also: Sequence[str] = (),
    source: str = "",
    text: str = "",
    columns: Sequence[str] | None = None,
    denominators: Sequence[str] = (),
    infinite: ClvError = ENDLESS,
    undefined: ClvError = UNDEFINED,
    volatile: bool = False,
    reports_faults: bool = False,
    independent_columns: Sequence[str] = (),
    order: Any = None,
) -> Callable[[Body], Body]:
    """Enter a function into the catalogue.

    Parameters
    ----------
    category : str
        One of `CATEGORIES`.
    result : Result
        What comes back, with its unit.
    examples : mapping
        Formulas of one cell and what they give.
    see_also : sequence of str
        Names of related functions.
    source : str, optional
        Where the formula is from.
    text : str, optional
        Summary and notes, as the body's docstring has them where this is left out.
    columns : sequence of str, optional
        Arguments of which a whole column is taken at once; all others are then single cells.
        Without it the function is elementwise: every argument may have any shape, and shapes
        broadcast.
    denominators : sequence of str, optional
        Arguments that the result is a ratio over: 0 in one of them is a zero denominator.
    infinite, undefined : ClvError, optional
        What an infinite result, or one that is no number, means.
    volatile : bool, optional
        Whether two equal calls may give different results.
    reports_faults : bool, optional
        Whether the body takes its columns with their faults (`Checked`) and reports them, where
        other functions fail.
    independent_columns : sequence of str, optional
        Columns of a length of their own; the table has one row for each of theirs.
    order : annotation, optional
        The last argument, `order`: the order number of each row. Its work is done before the body
        is called, which does not take it: rows that repeat an order are left out.
    """

    def declare(body: Body) -> Body:
        summary, _, notes = (text or inspect.getdoc(body) or "").partition("\n\n")
        hints = get_type_hints(body, include_extras=True)
        if isinstance(result, (Table, Measures)) and result.fields:
            returned = getattr(_without_caveats(hints["return"]), "_fields", None)
            if returned != result.fields:
                raise TypeError(f"{body.__name__} is declared with other fields than it returns")
        CATALOGUE[body.__name__] = Function(
            name=body.__name__,
            category=category,
            body=body,
            parameters=(*_parameters(body, hints, columns), *_order_parameter(order)),
            result=result,
            summary=" ".join(summary.split()),
            notes=" ".join(notes.split()),
            examples=examples,
            see_also=tuple(see_also),
            source=source,
            elementwise=columns is None,
            denominators=tuple(denominators),
            infinite=infinite,
            undefined=undefined,
            volatile=volatile,
            reports_faults=reports_faults,
            independent_columns=tuple(independent_columns),
            takes_rows_left_out="rows_left_out" in hints,
        )
        return body

    return declare


def _parameters(
    body: Callable[..., Any], hints: Mapping[str, Any], columns: Sequence[str] | None
) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(
            name=name,
            meaning=_meaning(hints[name]),
            required=parameter.default is inspect.Parameter.empty,
            default=None if parameter.default is inspect.Parameter.empty else parameter.default,
            column=columns is not None and name in columns,
        )
        for name, parameter in inspect.signature(body).parameters.items()
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
    )


def _order_parameter(hint: Any) -> tuple[Parameter, ...]:
    if hint is None:
        return ()
    return (Parameter("order", _meaning(hint), required=False, default=None, column=True),)


def _without_caveats(hint: Any) -> Any:
    """The type of a body's result, whether or not it comes with caveats."""
    return get_args(hint)[0] if get_origin(hint) is WithCaveats else hint


def _meaning(hint: Any) -> Meaning:
    """The meaning that an annotation carries, `X | None` being the same as X."""
    if get_origin(hint) in (Union, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{hint!r} is no argument of the vocabulary")
    return next(part for part in get_args(hint)[1:] if isinstance(part, Meaning))
