"""The VBA of the workbook, run by LibreOffice with macros allowed and a stand-in for the server.

What LibreOffice does not do as Excel does is not tested here: it hands 0 for an argument left out
in the middle and for an error in a range, and never calls a function with an error as an argument.
An error value that VBA makes (CVErr) it shows as a text such as "Error 2042"; so it is known here.
"""

import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.libreoffice.program import environment
from clv_xl.hosts.vba.modules import modules
from clv_xl.hosts.vba.project import Module, ModuleKind, vba_project

pytestmark = pytest.mark.libreoffice

SESSION = Path(__file__).with_name("vba_session.py")
STAND_IN = (Path(__file__).parents[2] / "data" / "vba_stand_in.bas").read_text("ascii")
MODULE = "clv_xl.hosts.excel"
ERRORS = {
    "#NULL!": "Error 2000",
    "#DIV/0!": "Error 2007",
    "#VALUE!": "Error 2015",
    "#REF!": "Error 2023",
    "#NAME?": "Error 2029",
    "#NUM!": "Error 2036",
    "#N/A": "Error 2042",
}
DATA = [[1.5, 45000], ["Ann", 45001.5], ["", None], [True, -3], [None, None]]
DATA_COLUMN = 20
UNREACHABLE = "clv_xl does not answer. To learn why, type in a terminal: clv-xl doctor"


def with_stand_in(sheets=1):
    """The modules with a stand-in for the server, and names that the Calc add-in does not have."""
    changed = []
    for module in modules([f"Sheet{number}" for number in range(1, sheets + 1)]):
        text = module.text
        if module.name == "ClvHost":
            text = text.replace("server.CallUDF(", "StandIn(")
            text = text.replace("CreateObject(ServerName)", "ThisWorkbook")
            text = text.replace("server.add_orders(", "StandInRefresh(")
        if module.name == "ClvRibbon":
            text = text.replace("MsgBox ", "StandInMessage ")
            text = text.replace("Application.GetOpenFilename(", "StandInChosen(")
        if module.name == "ClvFunctions":
            for name in CATALOGUE:
                text = re.sub(
                    rf"^(Public Function |    |Attribute ){name}\b",
                    rf"\1VBA_{name}",
                    text,
                    flags=re.MULTILINE,
                )
        changed.append(Module(module.name, module.kind, text))
    return [*changed, Module("StandInServer", ModuleKind.STANDARD, STAND_IN)]


def with_orders():
    """The modules for a workbook with a table of orders: LibreOffice's VBA knows no tables."""
    return [
        Module(
            module.name,
            module.kind,
            module.text.replace("ClvHasOrders(ActiveWorkbook)", "(1 = 1)"),
        )
        for module in with_stand_in()
    ]


def write(path, project, cells):
    parts = io.BytesIO()
    with zipfile.ZipFile(parts, "w") as archive:
        archive.writestr("xl/vbaProject.bin", vba_project(project))
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
        )
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
    book = openpyxl.Workbook()
    for _ in range(sum(module.kind is ModuleKind.SHEET for module in project) - 1):
        book.create_sheet()
    book.code_name = "ThisWorkbook"
    for number, sheet in enumerate(book, 1):
        sheet.sheet_properties.codeName = f"Sheet{number}"
    book.vba_archive = zipfile.ZipFile(parts)
    for (row, column), value in cells.items():
        book.active.cell(row, column).value = value
    book.save(path)


def result(rows, place):
    found = rows[place[0] - 1][place[1] - 1]
    return found["error"] if isinstance(found, dict) else found


class Sheet:
    """Formulas below each other, and what they show."""

    def __init__(self):
        self.cells = {
            (row, DATA_COLUMN + column): value
            for row, line in enumerate(DATA, 1)
            for column, value in enumerate(line)
            if value is not None
        }
        self.row = 0

    def add(self, formula, shape=(1, 1)):
        self.row += 1
        place = (self.row, 1)
        last = openpyxl.utils.cell.get_column_letter(shape[1])
        self.cells[place] = (
            formula
            if shape == (1, 1)
            else ArrayFormula(f"A{self.row}:{last}{self.row + shape[0] - 1}", formula)
        )
        self.row += shape[0] - 1
        return place


@pytest.fixture(scope="module")
def run(office, tmp_path_factory):
    def run(sheet, project=None):
        path = tmp_path_factory.mktemp("vba") / "book.xlsm"
        write(path, project or with_stand_in(), sheet.cells)
        done = subprocess.run(
            [str(office.program.python), str(SESSION), office.pipe, str(path)],
            check=False,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment(),
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_every_wrapper_passes_its_arguments_on(run):
    sheet, expected = Sheet(), {}
    values = [("2.5", "2.5"), ('"x"', "'x'"), ("7", "7")]
    cells = [("T1:U2", "{1.5,45000;'Ann',45001.5}"), ("T4", "TRUE"), ("T2", "'Ann'")]
    for name, function in CATALOGUE.items():
        count = len(function.parameters)
        needed = sum(parameter.required for parameter in function.parameters)
        for number in dict.fromkeys([needed, count]):
            for kinds in (values, cells):
                given = [kinds[place % 3] for place in range(number)]
                place = sheet.add(f"=VBA_{name}({','.join(typed for typed, _ in given)})")
                told = [said for _, said in given] + ["left out"] * (count - number)
                expected[place] = "|".join([MODULE, name, *told])
    rows = run(sheet)["rows"]
    assert {place: result(rows, place) for place in expected} == expected
    assert len(expected) >= 2 * len(CATALOGUE)


def test_whole_columns_end_at_the_last_used_row(run):
    sheet = Sheet()
    whole = sheet.add("=VBA_CLV_NET(U:U,T:T)")
    rest = sheet.add("=VBA_CLV_NET(U2:U1048576)")
    empty = sheet.add("=VBA_CLV_NET(U900000:U1048576)")
    part = sheet.add("=VBA_CLV_NET(U2:U9)")
    rows = run(sheet)["rows"]
    assert result(rows, whole).count(";") == 2 * 3
    assert result(rows, rest) == f"{MODULE}|CLV_NET|{{45001.5;blank;-3}}|left out"
    assert result(rows, empty) == f"{MODULE}|CLV_NET|blank|left out"
    assert result(rows, part).count(";") == 7


def test_texts_of_errors_become_errors_each_for_itself(run):
    sheet, singles = Sheet(), {}
    for text, error in ERRORS.items():
        singles[sheet.add(f'=VBA_CLV_NET("answer {text}")')] = error
    singles[sheet.add('=VBA_CLV_NET("answer #N/A!")')] = "#N/A!"
    singles[sheet.add('=VBA_CLV_NET("answer NUM")')] = "NUM"
    row = sheet.add('=VBA_CLV_NET("row")', (1, 4))
    table = sheet.add('=VBA_CLV_NET("table")', (3, 4))
    rows = run(sheet)["rows"]
    assert {place: result(rows, place) for place in singles} == singles

    def area(place, height):
        return [[result(rows, (place[0] + at, 1 + c)) for c in range(4)] for at in range(height)]

    assert area(row, 1) == [[1.5, ERRORS["#N/A"], "text", 1]]
    assert area(table, 3) == [
        ["name", ERRORS["#NULL!"], ERRORS["#DIV/0!"], ERRORS["#VALUE!"]],
        [2.5, ERRORS["#REF!"], ERRORS["#NAME?"], ERRORS["#NUM!"]],
        ["#N/A ", ERRORS["#N/A"], "# of orders", ""],
    ]


def test_ribbon_and_descriptions_compile_and_run(run):
    sheet, expected = Sheet(), {}
    for asked, told in (
        ("describe", "described"),
        ("check", f"Customer value: {MODULE}|CLV_VERSION"),
        ("functions", "shown"),
        (
            "new",
            "Customer value: The template was not found. Type in a terminal: clv-xl install excel",
        ),
    ):
        expected[sheet.add(f'=VBA_CLV_NET("{asked}")')] = told
    rows = run(sheet)["rows"]
    assert {place: result(rows, place) for place in expected} == expected


def test_the_button_hands_the_chosen_file_to_the_server(run):
    sheet = Sheet()
    chosen = sheet.add('=VBA_CLV_NET("refresh november.csv")')
    cancelled = sheet.add('=VBA_CLV_NET("refresh cancel")')
    failed = sheet.add('=VBA_CLV_NET("refresh fail")')
    rows = run(sheet, with_orders())["rows"]
    assert result(rows, chosen) == "Customer value: november.csv into Workbook"
    assert result(rows, cancelled) == "nothing said"
    assert result(rows, failed) == f"Customer value: {UNREACHABLE}"


def test_without_a_table_of_orders_nothing_is_asked(run):
    sheet = Sheet()
    place = sheet.add('=VBA_CLV_NET("refresh november.csv")')
    assert result(run(sheet)["rows"], place) == "nothing said"


def test_a_sentence_where_the_server_does_not_answer(run):
    sheet = Sheet()
    place = sheet.add('=VBA_CLV_NET("fail")')
    found = result(run(sheet)["rows"], place)
    assert found == UNREACHABLE


def test_without_a_server_every_cell_says_so_and_nobody_waits(run):
    project = [
        Module(module.name, module.kind, module.text.replace("ThisWorkbook\n", "Nothing.Missing\n"))
        if module.name == "ClvHost"
        else module
        for module in with_stand_in()
    ]
    sheet = Sheet()
    places = [sheet.add("=VBA_CLV(1,2,3)") for _ in range(50)]
    rows = run(sheet, project)["rows"]
    assert {result(rows, place) for place in places} == {UNREACHABLE}


STARTED = {
    "Set found = ThisWorkbook": "Set found = Nothing.Missing",
    "Application.Workbooks(StartAddin)": "ThisWorkbook",
    "Application.StartupPath": "ThisWorkbook.Path",
    "Application.Run(StartFunction)": "StandInStart()",
}
STAND_IN_START = """
Public Function StandInStart() As Object
    Set StandInStart = ThisWorkbook
End Function
"""


@pytest.mark.parametrize(
    ("changes", "answered"),
    [
        (STARTED, True),
        (STARTED | {"Application.StartupPath": '"/elsewhere"'}, False),
        (STARTED | {"Application.Workbooks(StartAddin)": "Nothing.Missing"}, False),
        (STARTED | {"Application.Run(StartFunction)": "Nothing.Missing"}, False),
    ],
)
def test_the_start_add_in_is_asked_where_the_registry_has_no_server(run, changes, answered):
    project = []
    for module in with_stand_in():
        text = module.text + (STAND_IN_START if module.name == "StandInServer" else "")
        if module.name == "ClvHost":
            for old, new in changes.items():
                assert text.count(old) == 1
                text = text.replace(old, new)
        project.append(Module(module.name, module.kind, text))
    sheet = Sheet()
    place = sheet.add("=VBA_CLV(1,2,3)")
    found = result(run(sheet, project)["rows"], place)
    if answered:
        assert found.startswith(f"{MODULE}|CLV|1|2|3|")
    else:
        assert found == UNREACHABLE


@pytest.mark.parametrize("sheets", [1, 5, 64, 65, 99, 300])
def test_libreoffice_reads_every_module_as_it_was_written(run, sheets):
    project = with_stand_in(sheets)
    texts = run(Sheet(), project)["texts"]
    assert set(texts) == {module.name for module in project}
    for module in project:
        kept = "".join(
            line for line in module.text.splitlines(keepends=True) if line[:10] != "Attribute "
        )
        assert texts[module.name].partition("Option VBASupport 1\n")[2].strip() == kept.strip()
