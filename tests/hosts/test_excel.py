"""The Excel host, driven by xlwings' own call_udf and server object with stand-ins for COM."""

import datetime as dt
import decimal
import inspect
import io
import re

import pytest
from cell_calls import call
from excel_stand_in import (
    ERROR_CODES,
    MISSING_CODE,
    PyTime,
    Stage,
    example_arguments,
    forget_stage,
    recording_workbook,
)

from clv_xl import session
from clv_xl.cells import MISSING, CellError
from clv_xl.functions import CATALOGUE
from clv_xl.functions.spec import Kind
from clv_xl.hosts.excel_cells import decode, encode
from clv_xl.hosts.excel_help import intellisense

ALL = sorted(CATALOGUE)
CHANGING = {name for name in ALL if CATALOGUE[name].volatile}


@pytest.fixture(scope="module")
def excel():
    with pytest.MonkeyPatch.context() as patch:
        yield Stage(patch)
    forget_stage()


@pytest.fixture(autouse=True)
def _host_as_before():
    host = session.host
    yield
    session.host = host


def squeezed(rows):
    """Rows as xlwings' server object hands them on: one cell bare, one row flat."""
    if len(rows) == 1:
        return rows[0][0] if len(rows[0]) == 1 else rows[0]
    return rows


def sendable(answer):
    """Whether pywin32 makes of the answer what a cell or an array of cells can show."""
    if not isinstance(answer, list):
        return type(answer) in (float, str, bool)
    rows = [row if isinstance(row, list) else [row] for row in answer]
    return len({len(row) for row in rows}) == 1 and all(
        type(cell) in (float, str, bool) for row in rows for cell in row
    )


# Values and defaults.


@pytest.mark.parametrize("name", ALL)
def test_every_function_has_an_example_to_call(name):
    assert example_arguments(name)


@pytest.mark.parametrize("name", ALL)
def test_examples_called_by_xlwings_equal_a_call(excel, name):
    for arguments in example_arguments(name):
        answer = excel.call(name, arguments)
        assert sendable(answer)
        if name not in CHANGING:
            assert answer == squeezed(encode(call(name, arguments)))


@pytest.mark.parametrize("name", ALL)
def test_optional_arguments_that_com_says_are_missing_mean_left_out(excel, name):
    function = CATALOGUE[name]
    needed = sum(parameter.required for parameter in function.parameters)
    for arguments in example_arguments(name):
        short = arguments[: max(needed, len([a for a in arguments if a is not MISSING]))]
        full = [*short, *[MISSING] * (len(function.parameters) - len(short))]
        if name not in CHANGING:
            assert excel.call(name, full) == excel.call(name, short)


def test_first_promise(excel):
    assert excel.call("CLV", [1000, 6, 5]) == 30000
    assert excel.call("CLV_NET", [200000, 100000]) == 100000
    assert excel.call("CAC_RATIO", [300, 100]) == 3


def test_a_column_gives_a_column_and_a_row_a_row(excel):
    assert excel.call("CAC_RATIO", [[[300], [600]], 100]) == [[3.0], [6.0]]
    assert excel.call("CAC_RATIO", [[[300, 600]], 100]) == [3.0, 6.0]
    assert excel.call("CAC_RATIO", [[[300], [600]], [[100, 50]]]) == [[3.0, 6.0], [6.0, 12.0]]


def test_flat_array_constant_is_a_row(excel):
    server = excel.com_server.XLPython()
    answer = server.CallUDF("clv_xl.hosts.excel", "CAC_RATIO", ((300.0, 600.0), 100.0))
    assert answer == [3.0, 6.0]


def test_dates_in_every_form_com_sends_are_the_same_day(excel):
    customers, serials = [["a"], ["b"], ["a"]], [45292, 45295, 45306]
    as_serials = excel.call("RFM_SUMMARY", [customers, [[day] for day in serials]])
    days = [dt.datetime(1899, 12, 30) + dt.timedelta(days=day, hours=15) for day in serials]
    assert excel.call("RFM_SUMMARY", [customers, [[day] for day in days]]) == as_serials


def test_workbooks_that_count_from_1904_name_the_other_module(excel):
    customers, serials = [["a"], ["b"], ["a"]], [45292, 45295, 45306]
    since_1904 = [[day - 1462] for day in serials]
    end = 45306 - 1462
    arguments = [customers, since_1904, MISSING, "day", end]
    answer = excel.call("RFM_SUMMARY", arguments, module="clv_xl.hosts.excel_1904")
    assert answer == excel.call(
        "RFM_SUMMARY", [customers, [[d] for d in serials], MISSING, "day", 45306]
    )


def test_the_host_is_named(excel):
    assert excel.call("CLV_VERSION", []).endswith(", Excel")


# Errors.


@pytest.mark.parametrize("name", [n for n in ALL if CATALOGUE[n].parameters])
@pytest.mark.parametrize(
    "bad",
    [
        "not a number",
        "#N/A",
        "",
        None,
        True,
        -1e308,
        float("1e308"),
        CellError.NA,
        CellError.REF,
        [[1, "x"], [None, CellError.DIV0]],
        [[None], [None]],
        [[0], [-5], [2]],
        dt.datetime(2024, 2, 29, 12),
        MISSING,
    ],
    ids=repr,
)
def test_bad_values_in_any_place_give_cells_and_never_a_traceback(excel, name, bad):
    for arguments in example_arguments(name)[:1]:
        for place in range(len(CATALOGUE[name].parameters)):
            tried = [*arguments, *[MISSING] * (place - len(arguments) + 1)]
            tried[place] = bad
            answer = excel.call(name, tried)
            assert sendable(answer)
            assert "Traceback" not in repr(answer)


@pytest.mark.parametrize("error", list(ERROR_CODES), ids=str)
def test_an_error_in_a_cell_is_the_answer(excel, error):
    assert excel.call("CLV", [error, 6, 5]) == error.value
    assert excel.call("CLV", [[[1000], [error]], 6, 5]) == [[30000.0], [error.value]]


def test_errors_come_as_their_text(excel):
    assert excel.call("CAC_RATIO", [300, 0]) == "#DIV/0!"
    assert excel.call("CLV_RETENTION", [100, 1.2]) == "#NUM!"
    assert excel.call("CLV", ["abc", 1, 1]) == "#VALUE!"
    assert excel.call("CLV", [MISSING, 1, 1]) == "#VALUE!"


def test_text_that_reads_like_an_error_is_text(excel):
    answer = excel.call("CLV", ["#N/A", 6, 5])
    assert answer == "#VALUE!"
    assert "got text" in session.recent_faults(1)[0].sentence


def test_a_number_equal_to_an_error_code_is_a_number(excel):
    code = ERROR_CODES[CellError.NA]
    assert excel.call("CLV_NET", [float(code), 0]) == code
    assert (
        excel.com_server.XLPython().CallUDF("clv_xl.hosts.excel", "CLV_NET", (code, 0.0)) == "#N/A"
    )


# Cells.


@pytest.mark.parametrize(
    ("com", "cell"),
    [
        (MISSING_CODE, MISSING),
        (-2146826246, CellError.NA),
        (-2146826243, CellError.SPILL),
        (-2146826238, CellError.CALC),
        (-2146826245, CellError.NA),  # getting data
        (7, 7),
        (-2146826246.0, -2146826246.0),
        (True, True),
        (None, None),
        ("#N/A", "#N/A"),
        (decimal.Decimal("12.50"), 12.5),
        (PyTime(2024, 3, 1, 13, 30, tzinfo=dt.UTC), dt.datetime(2024, 3, 1, 13, 30)),
        ((), None),
        (((1.0, None), (MISSING_CODE, "a")), [[1.0, None], [None, "a"]]),
        ({"type": "Error", "basicValue": "#NUM!", "errorType": "Num"}, CellError.NUM),
        ({"type": "Error", "basicValue": "#BUSY!"}, CellError.NA),
        ({"type": "FormattedNumber", "basicValue": 45292, "numberFormat": "d"}, 45292),
        ({"type": "Entity", "basicValue": {}}, CellError.VALUE),
        (object(), CellError.VALUE),
    ],
)
def test_what_excel_sends_becomes_a_cell(com, cell):
    found = decode(com)
    assert found == cell
    assert type(found) is type(cell)


def test_javascript_null_is_blank():
    sentinel = type("JsNull", (), {})()
    assert decode([[sentinel, 1.0]]) == [[None, 1.0]]


def test_plain_ranges_are_not_copied():
    rows = tuple((float(row), "a", None, True) for row in range(3))
    assert decode(rows) is rows


def test_answers_hold_only_what_pywin32_can_send():
    assert encode([[1, None, True], ["a", 2.5, CellError.NA]]) == [
        [1.0, "", True],
        ["a", 2.5, "#N/A"],
    ]
    assert [type(cell) for cell in encode([[1, None, True]])[0]] == [float, str, bool]
    assert encode(None) == [[""]]


# What xlwings reads of a function.


@pytest.mark.parametrize("name", ALL)
def test_xlwings_knows_arguments_category_and_texts(excel, name):
    declared, known = CATALOGUE[name], getattr(excel.functions, name).__xlfunc__
    assert known["name"] == name
    assert known["category"] == f"Customer value: {declared.category}"
    assert known["volatile"] is False
    assert known["ret"]["options"] == {"convert": "raw"}
    assert 0 < len(known["ret"]["doc"]) <= 255
    assert known["ret"]["doc"].startswith(declared.summary)
    assert len(known["args"]) == len(declared.parameters)
    for argument, parameter in zip(known["args"], declared.parameters, strict=True):
        assert argument["name"] == parameter.name
        assert ("optional" in argument) is not parameter.required
        assert argument["options"] == {"convert": "raw"}
        assert argument["doc"] == parameter.meaning.sentence
        assert len(argument["doc"]) <= 255
    assert len(",".join(parameter.name for parameter in declared.parameters)) <= 254


@pytest.mark.parametrize("name", ALL)
def test_nothing_that_xlwings_inspects_is_annotated(excel, name):
    function = getattr(excel.functions, name)
    assert function.__annotations__ == {}
    for parameter in inspect.signature(function).parameters.values():
        assert parameter.annotation is inspect.Parameter.empty
        assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD


def test_star_import_brings_the_functions_and_nothing_else():
    space = {}
    exec("from clv_xl.hosts.excel import *", space)
    assert sorted(set(space) - {"__builtins__"}) == ALL


def stock_wrappers(excel):
    """The VBA that xlwings itself would write, one declaration line per function."""
    text = io.StringIO()
    excel.udfs.generate_vba_wrapper(
        "clv_xl.hosts.excel", excel.functions, text, recording_workbook()
    )
    return text.getvalue()


def test_xlwings_own_wrappers_agree_on_names_order_and_optionality(excel):
    found = dict(re.findall(r"^Function (\w+)\((.*)\)$", stock_wrappers(excel), re.MULTILINE))
    assert sorted(found) == ALL
    for name, arguments in found.items():
        expected = [
            parameter.name if parameter.required else f"Optional {parameter.name}"
            for parameter in CATALOGUE[name].parameters
        ]
        assert arguments == ", ".join(expected)


def test_slow_functions_wait_until_the_wizard_is_closed(excel):
    for name in ALL:
        known = getattr(excel.functions, name).__xlfunc__
        assert known["call_in_wizard"] is CATALOGUE[name].elementwise


def test_every_choice_is_accepted_as_com_sends_it(excel):
    for name in ALL:
        for place, parameter in enumerate(CATALOGUE[name].parameters):
            if parameter.meaning.kind is not Kind.CHOICE or parameter.column:
                continue
            for choice in parameter.meaning.choices:
                for arguments in example_arguments(name)[:1]:
                    tried = [*arguments, *[MISSING] * (place - len(arguments) + 1)]
                    tried[place] = choice
                    excel.call(name, tried)
                    sentences = [fault.sentence for fault in session.recent_faults()]
                    assert not [said for said in sentences if "must be one of" in said]


def test_over_office_js_xlwings_makes_the_errors():
    with pytest.MonkeyPatch.context() as patch:
        import xlwings

        patch.setattr(xlwings, "on_server", True)
        stage = Stage(patch)
        known = stage.functions.CLV.__xlfunc__
        assert known["ret"]["options"] == {}
        assert known["args"][0]["options"] == {"convert": "raw"}
        assert stage.functions.CLV_VERSION()[0][0].endswith(", Excel (xlwings Lite)")
        assert stage.functions.CAC_RATIO([[300.0, 600.0]], 0.0) == [["#DIV/0!", "#DIV/0!"]]
    forget_stage()


def test_ten_thousand_calls_leave_nothing_behind(excel):
    server = excel.com_server.XLPython()
    arguments = {name: tuple(example_arguments(name)[0]) for name in ALL}
    for number in range(10_000):
        name = ALL[number % len(ALL)]
        given = (
            arguments[name] if number % 3 or not arguments[name] else (*arguments[name][:-1], "bad")
        )
        answer = server.CallUDF("clv_xl.hosts.excel", name, given)
        assert not (isinstance(answer, str) and "Traceback" in answer)
    assert len(session.recent_faults(100_000)) <= 1000


def test_the_hidden_sheet_explains_every_argument():
    head, *rows = intellisense()
    assert head == ["FunctionInfo", 1]
    assert [row[0] for row in rows] == list(CATALOGUE)
    for row in rows:
        parameters = CATALOGUE[row[0]].parameters
        assert row[3::2] == [parameter.name for parameter in parameters]
        assert row[4::2] == [parameter.meaning.sentence for parameter in parameters]
        assert all(len(text) <= 255 for text in row)
