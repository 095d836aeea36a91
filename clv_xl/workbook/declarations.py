"""What a sheet is: titles, notes, inputs, tables, formulas and charts as data.

Neither places nor looks are said here. A formula refers to cells of a block by its key, wherever
the layout will put it (see `references`).
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Final, TypeAlias

from clv_xl.functions.spec import Meaning, Unit


class Style(enum.Enum):
    """What a cell means to its reader."""

    TITLE = "title"
    LEAD = "lead"
    HEADING = "heading"
    NOTE = "note"
    HEADER = "header"
    UPPER_HEADER = "upper header"
    """A plain heading above one that a formula gives, where that one's row cannot be hidden."""
    UNSEEN_HEADER = "unseen header"
    """The heading that a formula gives; a plain one stands above it."""
    INPUT_HEADER = "input header"
    LABEL = "label"
    INPUT = "input"
    RESULT = "result"
    FIGURE = "figure"
    TEXT = "text"
    BAND = "band"
    FORMULA = "formula"
    PLAIN = "plain"
    EXAMPLE = "example"
    LINK = "link"
    HIDDEN = "hidden"
    UNSEEN = "unseen"
    BANNER = "banner"
    WARNING = "warning"
    CARD_LABEL = "card label"
    CARD_FIGURE = "card figure"
    CARD_CHANGE = "card change"
    CAPTION = "caption"
    """The title of what is no chart, but stands in a row of charts."""
    MAP = "map"
    """A number whose place and shade say as much as itself."""


class Role(enum.Enum):
    """What a sheet is for; decides the colour of its tab."""

    START = "start"
    INPUT = "input"
    REPORT = "report"
    REFERENCE = "reference"


class Rule(enum.Enum):
    """How cells look by what they hold."""

    LINE = "line"
    TOTAL = "total"
    HEAT = "heat"
    STATUS = "status"
    BANNER = "banner"


@dataclass(frozen=True)
class Formula:
    """A live formula, written as a user would; `spills` if it may fill more cells than one."""

    text: str
    spills: bool = False


Value: TypeAlias = str | float | int | dt.date | Formula | None


@dataclass(frozen=True)
class Item:
    """One cell of a listing."""

    value: Value
    style: Style = Style.TEXT
    unit: Unit = Unit.TEXT
    link: str = ""
    """Title of the sheet that a click leads to, or the place of a cell in a block."""
    span: int = 1
    """How many columns it takes; the items on its right that it covers hold nothing."""


EMPTY_LABEL: Final = Item(None, Style.LABEL)
"""A cell of a line that holds nothing but the line's look."""


@dataclass(frozen=True)
class Field:
    """One labelled cell: an input, or a result if its value is a formula.

    `name` is the defined name of the cell. `meaning` gives an input its prompt and the values it
    allows.
    """

    label: str
    value: Value
    unit: Unit
    note: str = ""
    name: str = ""
    meaning: Meaning | None = None
    optional: bool = False


@dataclass(frozen=True)
class Fields:
    """Labelled cells, one below the other: label, value, note."""

    key: str
    heading: str
    fields: tuple[Field, ...]
    note: str = ""
    note_columns: int = 5
    """Ordinary columns that the notes may run over."""


@dataclass(frozen=True)
class TableColumn:
    """One column of a table: values that the user replaces, or a formula for each row."""

    name: str
    unit: Unit
    values: tuple[Value, ...] = ()
    formula: str = ""
    meaning: Meaning | None = None
    prompt: str = ""
    width: int = 0
    fine: bool = False
    """Whether money is shown with its decimals."""


@dataclass(frozen=True)
class Records:
    """A table with a name, whose columns formulas find as `Name[column]`."""

    key: str
    columns: tuple[TableColumn, ...]
    rows: int


@dataclass(frozen=True)
class Heading:
    """Title and unit of a column that a formula fills; with `formula`, one of its own."""

    title: str | Formula
    unit: Unit
    width: int = 0
    formula: str = ""
    fine: bool = False


@dataclass(frozen=True)
class Spill:
    """The table that one formula gives, or one formula a column.

    Headings are plain text: `titles`, or those of the columns. The formula's own first row is a
    header too, which stands below them and is not seen, unless `headed` is false; `quiet` keeps
    that row free all the same, for a block beside one that has it. `open_ended` means that there
    may be more columns than are declared, whose only heading is the formula's. `room` is the
    number of rows kept free. `row_units` are those of single rows, where rows differ. `heat_from`
    is the first column that is shaded by value.
    """

    key: str
    heading: str
    formula: str
    columns: tuple[Heading, ...]
    room: int
    note: str = ""
    check: Formula | None = None
    """The sentence on what is counted or missing, which begins with a verdict."""
    headed: bool = True
    titles: tuple[str, ...] = ()
    quiet: bool = False
    open_ended: bool = False
    heat_from: int = 1
    row_units: tuple[Unit, ...] = ()
    rules: tuple[Rule, ...] = (Rule.TOTAL, Rule.LINE)

    @property
    def headings(self) -> tuple[str | Formula, ...]:
        """The plain headings of its columns."""
        return self.titles or tuple(column.title for column in self.columns)


@dataclass(frozen=True)
class Listing:
    """Rows of cells as they are, with or without a header."""

    key: str
    rows: tuple[tuple[Item, ...], ...]
    header: tuple[str, ...] = ()
    heading: str = ""
    note: str = ""
    widths: tuple[int, ...] = ()
    rules: tuple[tuple[Rule, int], ...] = ()
    """Looks by content, with the column (from 1) that they concern; 0 for all."""
    tall: bool = False
    row_height: float = 0.0
    """Height of every row in points, whatever it holds; 0 leaves it to the contents."""
    name: str = ""
    """The defined name of the cells, if they have one."""


@dataclass(frozen=True)
class Grid:
    """One formula over a column and a row of inputs: every pair of them has its cell."""

    key: str
    heading: str
    down: tuple[float, ...]
    down_label: str
    down_unit: Unit
    across: tuple[float, ...]
    across_label: str
    across_unit: Unit
    formula: str
    """Refers to the inputs as column 0 and headers of the grid itself."""
    unit: Unit
    note: str = ""


class ChartKind(enum.Enum):
    """How numbers are drawn."""

    BARS = "bars"
    COLUMNS = "columns"
    STACKED = "stacked"
    LINES = "lines"
    SCATTER = "scatter"
    CURVE = "curve"


@dataclass(frozen=True)
class Series:
    """One row of points; references name blocks as formulas do."""

    name: str
    """What the legend says; or the place of the cell that says it."""
    values: str
    positions: str = ""
    """Categories of bars and lines, x of scatter charts and curves."""
    guide: bool = False
    """Whether it is a line to compare with, not data."""
    points: bool = False
    """Whether points are drawn where the others of its chart have a line."""
    label: bool = False
    """Whether the points bear the series' name and nothing else is drawn."""


@dataclass(frozen=True)
class Chart:
    """A native chart over `columns` x `rows` cells; `data` are cells that lie beneath it."""

    key: str
    kind: ChartKind
    title: str
    x_title: str
    y_title: str
    series: tuple[Series, ...]
    columns: int
    rows: int = 17
    data: tuple[tuple[Item, ...], ...] = ()
    x_unit: Unit = Unit.TEXT
    y_unit: Unit = Unit.MONEY
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    x_title_from: str = ""
    y_title_from: str = ""
    """The cell that says an axis's title more precisely, where the program reads it from there."""
    starts: float = 0.0
    ends: float = 1.0
    """Which share of its first and of its last column lies left of its edges."""
    small: bool = False
    """Whether its letters are small, as it is one of several in a row."""


@dataclass(frozen=True)
class Stack:
    """Blocks one below the other, where a band holds blocks side by side."""

    blocks: tuple[SheetBlock, ...]


@dataclass(frozen=True)
class Abreast:
    """Blocks beside each other, each from a column of its own, the first of which is 0.

    There is no gap between them, and two charts may share a column.
    """

    blocks: tuple[tuple[int, SheetBlock], ...]


SheetBlock: TypeAlias = "Fields | Records | Spill | Listing | Grid | Chart | Stack | Abreast"


@dataclass(frozen=True)
class Name:
    """A defined name of a formula; formulas of sheets hold it where they say `instead_of`."""

    name: str
    formula: str
    instead_of: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: bands from the top down, the blocks of a band side by side."""

    title: str
    role: Role
    heading: str
    lead: str
    bands: tuple[tuple[SheetBlock, ...], ...]
    freeze: str = ""
    """Key of the table whose header stays in sight."""
    new_pages: tuple[str, ...] = ()
    """Keys of the blocks that begin a new page in print."""
    one_page: bool = False
    """Whether it is printed on one page, however small."""
    last_on_paper: str = ""
    """Key of the last block that is printed; all are if it is empty."""
    compact: bool = False
    """Whether little is left between its blocks, so that the first screen holds more."""
    names: tuple[Name, ...] = ()
    """Names of what stands on the sheet, besides those of single fields."""
