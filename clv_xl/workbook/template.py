"""The template: which sheets there are, built into a file and compared with one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from clv_xl.errors import FileError
from clv_xl.hosts.recalc import recalculate
from clv_xl.package import lock, open_package, replace_file
from clv_xl.workbook import buttons
from clv_xl.workbook.comparison import differences
from clv_xl.workbook.declarations import Sheet
from clv_xl.workbook.finishing import finish
from clv_xl.workbook.layout import arrange
from clv_xl.workbook.sample import Sample, generate
from clv_xl.workbook.sheets.backtest import backtest
from clv_xl.workbook.sheets.calculator import calculator
from clv_xl.workbook.sheets.call_list import call_list
from clv_xl.workbook.sheets.channel_report import channel_report
from clv_xl.workbook.sheets.channels import channels
from clv_xl.workbook.sheets.cohorts import cohorts
from clv_xl.workbook.sheets.customer_base import customer_base
from clv_xl.workbook.sheets.customers import customers
from clv_xl.workbook.sheets.functions import functions
from clv_xl.workbook.sheets.models import models
from clv_xl.workbook.sheets.orders import orders
from clv_xl.workbook.sheets.orders_check import orders_check
from clv_xl.workbook.sheets.predictions import predictions
from clv_xl.workbook.sheets.quadrants import quadrants
from clv_xl.workbook.sheets.repeat_purchases import repeat_purchases
from clv_xl.workbook.sheets.retention import retention
from clv_xl.workbook.sheets.segments import segments
from clv_xl.workbook.sheets.settings import settings
from clv_xl.workbook.sheets.start import start
from clv_xl.workbook.writer import write

NAME = "workbook_template.xlsm"
NAME_FOR_LITE = "workbook_template.xlsx"


def sheets(sample: Sample) -> tuple[Sheet, ...]:
    """Return the sheets of the template, in their order."""
    others = (
        orders(sample),
        customers(sample),
        channels(sample),
        settings(),
        orders_check(),
        customer_base(),
        segments(),
        quadrants(),
        call_list(),
        cohorts(),
        repeat_purchases(),
        retention(sample),
        channel_report(),
        calculator(sample),
        predictions(),
        models(),
        backtest(),
        functions(),
    )
    return (start(others, with_sample=bool(sample.orders)), *others)


def build(
    path: str | os.PathLike[str], sample: Sample | None = None, *, for_lite: bool = False
) -> None:
    """Write the workbook, every formula with its value.

    Two builds of one version on one machine are equal byte for byte.

    Parameters
    ----------
    path : path
        Where to; an existing file is replaced once the new one is whole.
    sample : Sample, optional
        The data of the input tables; by default those of the template.
    for_lite : bool, optional
        Whether it is for xlwings Lite: without macros, ribbon and buttons.

    Raises
    ------
    FileError
        The name does not end as it must, the file cannot be written, or a formula could not be
        computed.
    """
    target = Path(path)
    own = Path(NAME_FOR_LITE if for_lite else NAME)
    if target.suffix.lower() != own.suffix:
        raise FileError(f"Excel opens this workbook only if its name ends in {own.suffix}")
    with lock(target), tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / own.name  # the user's name stays out of the temporary folder
        layouts = arrange(sheets(generate() if sample is None else sample))
        write(layouts, made)
        finish(made, None if for_lite else buttons.places(layouts))
        report = recalculate(made)
        if report.not_computed:
            raise FileError(f"A formula of the template was not computed: {report.not_computed[0]}")
        content = made.read_bytes()
        replace_file(target, [content], size=len(content))


def check(path: str | os.PathLike[str], *, for_lite: bool = False) -> list[str]:
    """Compare a file with a fresh build, part by part; stored values to 1e-9, all else exactly.

    Parameters
    ----------
    path : path
    for_lite : bool, optional
        Whether it is for xlwings Lite.

    Returns
    -------
    list of str
        A sentence for each difference; empty if there is none.

    Raises
    ------
    FileError
        There is no such file, or it is no workbook.
    """
    open_package(path)  # what is no workbook is refused before the long build
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / (NAME_FOR_LITE if for_lite else NAME)
        build(fresh, for_lite=for_lite)
        return differences(Path(path), fresh)
