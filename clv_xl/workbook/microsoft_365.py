"""The workbook for Microsoft 365 with nothing installed: functions as names of the file itself."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from clv_xl.errors import FileError
from clv_xl.hosts.lambdas import workbook_names
from clv_xl.hosts.lambdas.edition import FORMULAS
from clv_xl.hosts.recalc import recalculate
from clv_xl.package import lock, open_package, replace_file
from clv_xl.workbook.comparison import differences
from clv_xl.workbook.declarations import Formula, Item, Listing, Role, Sheet, Style
from clv_xl.workbook.finishing import finish
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.references import Ref
from clv_xl.workbook.sample import generate
from clv_xl.workbook.sheets.calculator import calculator
from clv_xl.workbook.sheets.functions import HELP, functions
from clv_xl.workbook.sheets.settings import calculator_settings
from clv_xl.workbook.writer import write

NAME: Final = "functions_microsoft_365.xlsx"
_TRIALS: Final = (
    ("What a customer is worth: 1,000 per purchase, 6 a year, 5 years", "=CLV(1000,6,5)"),
    (
        "Subscription: 30 a month, half of it margin, 5 % leave each month",
        "=CLV_CHURN(30,0.5,0.05)",
    ),
    ("What a new customer costs: 6,000 spent, 40 won", "=CAC(6000,40)"),
    ("Worth 600, cost 150", "=CAC_RATIO(600,150)"),
    ("Months until 150 is paid back at 30 a month", "=CAC_PAYBACK(150,30)"),
    ("The most to spend on a customer worth 600", "=CAC_BUDGET(600)"),
)
"""What the first sheet tries: a question and the formula that answers it."""


def build(path: str | os.PathLike[str]) -> None:
    """Write the workbook, every formula with its value.

    Parameters
    ----------
    path : path
        Where to; an existing file is replaced once the new one is whole.

    Raises
    ------
    FileError
        The name does not end in .xlsx, the file cannot be written, or a formula could not be
        computed.
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise FileError("Excel opens this workbook only if its name ends in .xlsx")
    with lock(target), tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / NAME
        sheets = (_trials(), calculator(generate(), calculator_settings()), functions(FORMULAS))
        write(arrange(sheets), made)
        finish(made, None)
        report = recalculate(made)  # by the functions themselves, before the names stand for them
        if report.not_computed:
            raise FileError(f"A formula of the workbook was not computed: {report.not_computed[0]}")
        workbook_names.add(made)
        content = made.read_bytes()
        replace_file(target, [content], size=len(content))


def check(path: str | os.PathLike[str]) -> list[str]:
    """Compare a file with a fresh build, as `template.check` does.

    Raises
    ------
    FileError
        There is no such file, or it is no workbook.
    """
    open_package(path)
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / NAME
        build(fresh)
        return differences(Path(path), fresh)


def _trials() -> Sheet:
    return Sheet(
        "Start",
        Role.INPUT,
        "What are your customers worth?",
        f"{len(FORMULAS)} functions for customer value that live in this file: type them on any "
        "sheet of it, in Excel of Microsoft 365 on Windows, Mac or the web. Nothing is installed, "
        "there is no macro, and no data leave the file.",
        (
            (
                Listing(
                    "trials",
                    tuple(
                        (
                            Item(question),
                            Item(formula, Style.FORMULA),
                            Item(Formula(formula), Style.EXAMPLE),
                        )
                        for question, formula in _TRIALS
                    ),
                    ("question", "formula", "answer"),
                    heading="Try it",
                    note="Change the numbers. A function without arguments, such as =CLV(), says "
                    "how it is used.",
                    widths=(60, 30, 16),
                ),
            ),
            (
                Listing(
                    "next_steps",
                    (
                        (
                            Item("Calculator", Style.LINK, link=Ref("calc_inputs").cell(1, 1)),
                            Item("What a customer is worth, from nine figures.", Style.PLAIN),
                        ),
                        (
                            Item("All functions", Style.LINK, link=HELP.cell(1, 1)),
                            Item("Arguments, units, an example, the formula of each.", Style.PLAIN),
                        ),
                        (
                            Item("Your own figures"),
                            Item(
                                "Add sheets to this file; the functions answer on each.",
                                Style.PLAIN,
                            ),
                        ),
                        (
                            Item("A workbook that you have"),
                            Item("Move its sheets into this file (Move or Copy).", Style.PLAIN),
                        ),
                        (
                            Item("Excel 2021 or older, LibreOffice"),
                            Item(
                                "They show errors here; clv_xl itself works in both.", Style.PLAIN
                            ),
                        ),
                    ),
                    heading="Where next",
                    widths=(60, 30, 16),
                ),
            ),
        ),
    )
