"""The command line, `clv-xl`: every command is a few calls of the modules that do the work."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import click

from clv_xl import cli_many_orders, failures, terminal
from clv_xl.cli_options import BACKUP, FILE, limited

STYLE = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=STYLE)
@click.version_option(package_name="clv_xl", message="clv-xl %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of a failure.")
def cli(debug: bool) -> None:
    """Customer lifetime value as spreadsheet functions.

    For Excel, for LibreOffice, and for the command line. Begin with: clv-xl demo
    """


@cli.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path())
def demo(out: Path) -> None:
    """Write a workbook with sample orders, compute it and show its key tables.

    Example: clv-xl demo --out my-folder
    """
    from clv_xl import report
    from clv_xl.workbook import key_tables, template

    _take_process()
    out.mkdir(parents=True, exist_ok=True)
    path = out / "clv_demo.xlsm"
    with terminal.busy("Building the workbook"):
        template.build(path)
        tables = key_tables.read(path)
    for title, table in tables:
        report.print_table(table, title)
    report.print_sentence(
        f"{path} holds these reports with their charts, as live formulas over sample orders. Open "
        "it in Excel or LibreOffice (clv-xl install makes the functions available there), or paste "
        f'your own orders and run: clv-xl recalc "{path}"'
    )


@cli.command("eval")
@click.argument("formulas", nargs=-1, required=True, metavar="FORMULA...")
@click.option("--workbook", type=FILE, help="A workbook that the formulas may refer to.")
@click.option("--sheet", help="The sheet that references without a sheet name mean.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON per formula.")
@limited
def evaluate(
    formulas: tuple[str, ...],
    workbook: Path | None,
    sheet: str | None,
    as_json: bool,
) -> None:
    """Evaluate formulas as cells would.

    Example: clv-xl eval "=CLV(1000, 6, 5)" "=CAC_RATIO(300, 100)"
    """
    from clv_xl import report
    from clv_xl.hosts.recalc import Evaluator
    from clv_xl.hosts.recalc.child import in_child

    def work() -> Any:
        evaluator = Evaluator(workbook, sheet)
        return evaluator.growth, [report.evaluate(evaluator, formula) for formula in formulas]

    _take_process()
    growth, answers = in_child(work, _size(workbook))
    for grown in growth:
        if not grown.added:
            terminal.write_line(str(grown), err=True)
    failed = False
    for formula, (value, sentences, bad) in zip(formulas, answers, strict=True):
        if as_json:
            terminal.write_json(report.json_value(value))
        elif isinstance(value, list):
            report.print_table(value)
        else:
            terminal.write_value(report.cell_text(value))
        for sentence in sentences:
            terminal.write_line(f"{formula}: {sentence}", err=True)
        failed = failed or bad
    if failed:
        sys.exit(1)


@cli.command()
@click.option(
    "--out", type=FILE, help="By default workbook_template.xlsm or the name that the host asks for."
)
@click.option("--check", is_flag=True, help="Compare a fresh build with the file, part by part.")
@click.option(
    "--for",
    "host",
    type=click.Choice(["excel", "lite", "excel365"]),
    default="excel",
    show_default=True,
    help="lite: without macros, for the add-in xlwings Lite on Mac and the web. "
    "excel365: functions alone, as names of the file, for Microsoft 365 with nothing installed.",
)
@click.option(
    "--empty", is_flag=True, help="Without the sample: all inputs blank but the settings."
)
def template(out: Path | None, check: bool, host: str, empty: bool) -> None:
    """Build the template workbook.

    Example: clv-xl template --out my_template.xlsm
    """
    from clv_xl.workbook import microsoft_365
    from clv_xl.workbook import template as templates
    from clv_xl.workbook.sample import EMPTY

    _take_process()
    if check and empty:
        raise click.UsageError("--check compares the template with its sample; leave out --empty")
    name, build, compare = microsoft_365.NAME, microsoft_365.build, microsoft_365.check
    if host != "excel365":
        lite = host == "lite"
        name = templates.NAME_FOR_LITE if lite else templates.NAME
        build = partial(templates.build, sample=EMPTY if empty else None, for_lite=lite)
        compare = partial(templates.check, for_lite=lite)
    elif empty:
        raise click.UsageError("the workbook for Microsoft 365 has no inputs; leave out --empty")
    out = out or Path(name)
    if not check:
        with terminal.busy("Building the workbook"):
            build(out)
        terminal.write_line(f"Wrote {out}.")
        return
    with terminal.busy("Building the workbook to compare with"):
        differences = compare(out)
    for difference in differences:
        terminal.write_line(difference, err=True)
    if differences:
        sys.exit(1)
    terminal.write_line(f"{out} is what a fresh build gives.")


@cli.command()
@click.argument("file", type=FILE)
@click.option("--out", type=FILE, help="Write here and leave FILE as it is.")
@click.option(
    "--engine", type=click.Choice(["builtin", "libreoffice"]), default="builtin", show_default=True
)
@BACKUP
@limited
def recalc(file: Path, out: Path | None, engine: Any, backup: bool) -> None:
    """Compute every formula of a workbook and store the values in the file.

    Example: clv-xl recalc orders.xlsx
    """
    from clv_xl.hosts.recalc import recalculate

    if backup and out is not None:
        raise click.UsageError("--out leaves FILE as it is, so there is no version to back up")
    _take_process()
    with terminal.busy("Computing"):
        done = recalculate(file, out, engine=engine, backup=backup)
    for fault in done.faults():
        terminal.write_line(str(fault), err=True)
    for caveat in done.caveats:
        terminal.write_line(str(caveat), err=True)
    for grown in done.growth:
        terminal.write_line(str(grown), err=not grown.added)
    terminal.write_line(
        f"{done.path}: {done.formulas} formulas computed, {done.calls} with customer-value "
        f"functions; {done.changed} values changed."
    )
    if not done.complete:
        sys.exit(1)


@cli.command()
@click.argument("file", type=FILE)
@click.option("--out", type=FILE, required=True, help="The .xlsx file to write.")
def share(file: Path, out: Path) -> None:
    """Write a copy with values only, for people without these functions.

    No macros, no formulas; charts, pictures, tables and formats stay.

    Example: clv-xl share orders.xlsm --out for_colleagues.xlsx
    """
    from clv_xl import values_copy
    from clv_xl.workbook import banner

    with terminal.busy("Copying"):
        done = values_copy.share(file, out, on_screen=banner.MISSING)
    terminal.write_line(
        f"{done.path}: {done.formulas} formulas are values now, and there are no macros."
    )
    if done.without_value:
        terminal.write_line(
            f"{done.without_value} formulas had no stored value, so their cells are empty in the "
            "copy. Run clv-xl recalc on the workbook, then share it again.",
            err=True,
        )
        sys.exit(1)


@cli.command("add-functions")
@click.argument("file", type=FILE)
@click.option("--remove", is_flag=True, help="Take the functions out of the workbook again.")
@click.option("--out", type=FILE, help="Write here and leave FILE as it is.")
def add_functions(file: Path, remove: bool, out: Path | None) -> None:
    """Put functions into a workbook for Microsoft 365, which then needs nothing installed.

    They are LAMBDA formulas under the functions' names; the rest of the file stays as it is.

    Example: clv-xl add-functions shop.xlsx
    """
    from clv_xl.hosts.lambdas import workbook_names

    work, what = (workbook_names.remove, "removed") if remove else (workbook_names.add, "added")
    done = work(file, out)
    terminal.write_line(f"{out or done.path}: {done.functions} functions {what}.")


@cli.command("report")
@click.argument("file", type=FILE)
@click.option("--pdf", type=FILE, required=True, help="The .pdf file to write.")
def report_(file: Path, pdf: Path) -> None:
    """Write the reports of a workbook as one PDF, each sheet one page wide.

    It shows the values that the workbook holds; inputs are left out. LibreOffice must be installed.

    Example: clv-xl report shop.xlsm --pdf november.pdf
    """
    from clv_xl.pdf import write

    with terminal.busy("Printing"):
        done = write(file, pdf)
    terminal.write_line(f"{done.path}: {len(done.sheets)} reports.")
    if done.without_value:
        terminal.write_line(
            f"{done.without_value} formulas had no stored value, so their cells are empty in the "
            "PDF. Run clv-xl recalc on the workbook, then this again.",
            err=True,
        )
        sys.exit(1)


@cli.command()
@click.argument("file", type=FILE)
@click.option("--orders", type=FILE, help="The new orders: .csv, .xlsx or .parquet.")
@click.option("--customers", type=FILE, help="The new customers.")
@click.option("--channels", type=FILE, help="The new channels and what was spent on them.")
@click.option("--add", is_flag=True, help="Keep the old rows; add what is not yet there.")
@click.option(
    "--map", "pairs", multiple=True, metavar="HEADING=COLUMN", help="Such as customer=Klient."
)
@click.option("--decimal", type=click.Choice([",", "."]), help="The decimal mark of the files.")
@click.option(
    "--dates",
    type=click.Choice(["DMY", "MDY", "YMD"], case_sensitive=False),
    help="The order of day, month and year in the files.",
)
@click.option("--sheet", default="", help="The sheet to read of a file that is a workbook.")
@click.option("--encoding", default="", help="The encoding of the files, such as cp1250.")
@BACKUP
@limited
def refresh(file: Path, pairs: tuple[str, ...], dates: str | None, **options: Any) -> None:
    """Put new data into the tables Orders, Customers and Channels of a workbook.

    In place of the old rows, or with --add beside them. Everything is computed anew.

    Example: clv-xl refresh shop.xlsm --orders november.csv --add
    """
    from clv_xl.refresh.workbook import STEPS
    from clv_xl.refresh.workbook import refresh as put_in

    if any("=" not in pair for pair in pairs):
        raise click.UsageError("--map needs HEADING=COLUMN, such as customer=Klient")
    _take_process()
    mapping = dict(pair.split("=", 1) for pair in pairs)
    options |= {"mapping": mapping, "date_order": (dates or "").lower()}
    options["decimal"] = options["decimal"] or ""
    with terminal.bar(len(STEPS)) as advance:
        done = put_in(file, **options, progress=advance)
    _print_all(done.sentences())
    for fault in done.recalculation.faults():
        terminal.write_line(str(fault), err=True)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--markdown", is_flag=True, help="As the table of the README.")
def functions(as_json: bool, markdown: bool) -> None:
    """List all functions: arguments, units, defaults, examples.

    Example: clv-xl functions --json
    """
    from clv_xl import reference, report

    if as_json:
        terminal.write_json(reference.records(), indent=1)
    elif markdown:
        terminal.write_lines(reference.markdown())
    else:
        for category, table in reference.tables():
            report.print_table(table, category)


@cli.command("help")
@click.argument("name", required=False)
def help_(name: str | None) -> None:
    """Explain a function, or list all functions by category.

    Example: clv-xl help CLV_SEGMENT
    """
    from clv_xl import help_page, report
    from clv_xl.hosts.recalc import Evaluator

    if name is None:
        terminal.write_lines(help_page.contents())
        return
    function = help_page.find(name)
    if function is None:
        raise click.UsageError(help_page.unknown(name))
    terminal.write_lines(help_page.page(function))
    if function.is_table:
        formula = help_page.example(function)
        table, _, _ = report.evaluate(Evaluator(), formula)
        if isinstance(table, list):
            report.print_table(table, formula)


PROGRAM = click.Choice(["excel", "libreoffice"])


@cli.command()
@click.argument("program", type=PROGRAM, required=False)
@click.option("--dll", is_flag=True, help="Excel: start without the registry, by xlwings' DLL.")
def install(program: str | None, dll: bool) -> None:
    """Make the functions available in a spreadsheet program, for this user.

    Without a name: in each program that is found here. Example: clv-xl install libreoffice
    """
    from clv_xl import installation

    if dll and program == "libreoffice":
        raise click.UsageError("--dll is for Excel")
    _print_all(installation.install(program, dll=dll))


@cli.command()
@click.argument("program", type=PROGRAM, required=False)
def uninstall(program: str | None) -> None:
    """Remove the functions from a spreadsheet program.

    Example: clv-xl uninstall libreoffice
    """
    from clv_xl import installation

    _print_all(installation.uninstall(program))


@cli.command()
@click.argument("workbook", type=FILE, required=False)
def doctor(workbook: Path | None) -> None:
    """Check the installation, program by program, and say what to do about each fault.

    With a WORKBOOK, also whether Windows blocks its macros.

    Example: clv-xl doctor my_orders.xlsm
    """
    from clv_xl import installation

    sound = True
    for healthy, sentence in installation.diagnose(workbook):
        terminal.write_line(f"{'ok   ' if healthy else 'FIX  '} {sentence}")
        sound = sound and healthy
    if not sound:
        sys.exit(1)


@cli.command()
def serve() -> None:
    """Answer Excel: Windows starts this by itself, users need not.

    Example: clv-xl serve
    """
    from clv_xl.hosts.windows import server

    server.serve()


for command in (cli_many_orders.summarise, cli_many_orders.score, cli_many_orders.sql):
    cli.add_command(command)


def _size(path: Path | None) -> int:
    """Return the bytes of a file; 0 where there is none."""
    return path.stat().st_size if path is not None and path.exists() else 0


def _print_all(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        terminal.write_line(sentence)


def _take_process() -> None:
    """Let the rest of a command switch off what a library must leave on for its program."""
    from clv_xl.hosts.recalc.process import exclusive_process

    click.get_current_context().with_resource(exclusive_process())


def main() -> None:
    """Run the command line: a failure is one line on stderr and a non-zero status."""
    debug = "--debug" in sys.argv
    words = [word for word in sys.argv[1:] if word != "--debug"] or ["--help"]
    with terminal.screen(native=debug):
        status = failures.run(
            lambda: cli.main(words, prog_name="clv-xl", standalone_mode=False),
            debug=debug,
            last=True,
        )
    if status:
        sys.exit(status)
