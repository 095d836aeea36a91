"""Workbooks recalculated in process: every formula cell with its value, the rest as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from recalc_books import ORDERS, cell_xml, edit, shown, workbook

from clv_xl.cells import CellError
from clv_xl.hosts.recalc import recalculate


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "book.xlsx"


def computed(path: Path, cells: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """The cells of a sheet after recalculation, from a book of that one sheet."""
    recalculate(workbook(path, {"Sheet": cells}, **settings))
    return shown(path)


# Names and references


def test_names_that_look_like_cells_beyond_the_sheet_are_names(path: Path) -> None:
    cells = computed(
        path,
        {"A1": 1000, "B1": "=CLV(YTD2024,6,5)", "B2": "=YTD2024*2", "B3": "=CLV(100,ZIP5,1)"},
        names={"YTD2024": "Sheet!$A$1", "ZIP5": "5"},
    )
    assert [cells["B1"], cells["B2"], cells["B3"]] == [30000, 2000, 500]


def test_a_reference_past_the_sheet_is_the_error_of_its_own_cell(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": "=CLV(A1048577,6,5)", "A2": "=CLV(XFE1,6,5)", "A3": "=CLV(B1:XFE5,6,5)",
            "A4": "=CLV($A$1048577,6,5)", "A5": "=CLV(1000,6,5)",
        },
    )  # fmt: skip
    assert [cells[f"A{row}"] for row in range(1, 6)] == [*["#NAME?"] * 4, 30000]


# Arguments


def test_literals_references_and_ranges_reach_the_function(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": 1000, "B1": 6, "C1": 5,
            "D1": "=CLV(1000,6,5)",
            "D2": "=CLV(A1,B1,C1)",
            "D3": "=clv( $A$1 , Sheet!B1 , -(-C1) )",
            "D4": "=CLV_CASHFLOWS(A1:C1)",
            "D5": "=CLV(A1*2,SUM(B1:C1),5)",
            "D6": "=CLV(+A1,6,5.0E0)",
        },
    )  # fmt: skip
    assert [cells[f"D{n}"] for n in range(1, 7)] == [30000, 30000, 30000, 1011, 110000, 30000]


def test_omitted_arguments_take_their_defaults_wherever_they_stand(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": "=CLV(100,2,3,,10)",
            "A2": "=CLV(100,2,3,)",
            "A3": "=CLV(100,,3)",
            "A4": "=CLV_VERSION()",
        },
    )
    assert cells["A1"] == 590
    assert cells["A2"] == 600
    assert cells["A3"] == "#VALUE!"
    assert cells["A4"].startswith("clv_xl")


def test_blank_zero_and_empty_text_are_told_apart(path: Path) -> None:
    seen: list[Any] = []
    cells = {"A1": 0, "A3": '=""', "A4": "=SUM(A5:A6)", "B1": "=CLV_CASHFLOWS(A1:A6)"}
    recalculate_with(workbook(path, {"Sheet": cells}), seen)
    assert seen == [[[0.0], [None], [""], [0.0], [None], [None]]]


def test_functions_that_return_a_range_keep_its_blanks(path: Path) -> None:
    seen: list[Any] = []
    calls = [
        "OFFSET(A1,0,0,4,1)",
        "INDEX(A1:B4,0,1)",
        "IF(TRUE,A1:A4)",
        "CHOOSE(1,A1:A4)",
        "(A1:A4)",
    ]
    cells = {"A1": 1, "A3": 0} | {
        f"D{row}": f"=CLV_CASHFLOWS({call})" for row, call in enumerate(calls, 1)
    }
    recalculate_with(workbook(path, {"Sheet": cells}), seen)
    assert len(seen) >= len(calls)
    assert all(one == [[1.0], [None], [0.0], [None]] for one in seen)


def recalculate_with(path: Path, seen: list[Any]) -> None:
    """Recalculate with a door that notes the first argument of every call."""
    from clv_xl import call

    real = call.call

    def noting(name: str, arguments: Any, **options: Any) -> Any:
        seen.append(arguments[0])
        return real(name, arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(call, "call", noting)
        recalculate(path)


def test_error_cells_come_out_as_the_same_error_and_text_that_looks_like_one_does_not(
    path: Path,
) -> None:
    cells = computed(
        path,
        {
            "A1": "=1/0", "A2": "=NA()", "B1": "=CLV(A1,1,1)", "B2": "=CLV(A2,1,1)",
            "B3": "=CLV(#REF!,1,1)",
            "A4": "'#N/A", "B4": '=CLV("#N/A",1,1)', "B5": "=IFERROR(CLV(A1,1,1),7)",
            "B6": "=ISNA(CLV(A2,1,1))",
        },
    )  # fmt: skip
    assert [cells[f"B{n}"] for n in range(1, 7)] == [
        "#DIV/0!", "#N/A", "#REF!", "#VALUE!", 7, True,
    ]  # fmt: skip


def test_array_constants_are_read_row_by_row(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": "=SUM(CLV({100;200},2,3))",
            "A2": "=SUM(CLV({1,2;3,4},{1;10},1))",
            "A3": '=CLV({"a,;""}",1},1,1)',
            "A4": "=SUM(CLV_NET({1.5,2E1},{-0,1}))",
        },
    )
    assert [cells[f"A{n}"] for n in range(1, 5)] == [1800, 73, "#VALUE!", 20.5]


def test_structured_references_name_tables_columns_headers_and_this_row(path: Path) -> None:
    cells = computed(
        path,
        ORDERS
        | {
            "D1": "value",
            "D2": "=CLV(Orders[[#This Row],[amount]],1,2)",
            "D3": "=CLV(Orders[@amount],1,2)",
            "D4": "=CLV([@amount],1,2)",
            "D5": "=[@[amount]]*2",
            "F1": "=CLV_CASHFLOWS(Orders[amount])",
            "F2": "=ROWS(RFM_SUMMARY(Orders[customer],Orders[date],Orders[amount]))",
            "F3": "=CLV_CASHFLOWS(Orders[[#Data],[amount]])",
            "F4": "=CLV_COHORT(Orders[customer],Orders[date],,Orders[[#Headers],[customer]])",
            "F5": "=SUM(CLV(Orders[[amount]:[value]],1,1))",
        },
        tables={"Orders": ("Sheet", "A1:D5")},
    )
    assert [cells[f"D{n}"] for n in range(2, 6)] == [20, 40, 60, 80]
    assert [cells[f"F{n}"] for n in range(1, 6)] == [100, 4, 100, "#VALUE!", 300]


def test_defined_names_stand_for_ranges_constants_formulas_and_our_calls(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": 1, "A2": 2, "A3": 4,
            "B1": "=CLV_CASHFLOWS(Margins)", "B2": "=CLV(100,Half,1)",
            "B3": "=CLV_CASHFLOWS(Moving)",
            "B4": "=Ours+1", "B5": "=CLV(Ours,1,1)", "B6": "=Half*2", "B7": "=SUM(Moving)",
            "B8": "=SUM(CLV(Few,1,1))",
        },
        names={
            "Margins": "Sheet!$A$1:$A$3", "Half": "0.5", "Moving": "OFFSET(Sheet!$A$1,0,0,2,1)",
            "Ours": "CLV(Sheet!$A$3,10,1)", "Few": "{1,2,3}",
        },
    )  # fmt: skip
    assert [cells[f"B{n}"] for n in range(1, 9)] == [7, 50, 3, 41, 40, 1, 3, 6]


def test_whole_columns_and_other_sheets_with_awkward_names(path: Path) -> None:
    sheets = {
        "It's 1 sheet!": {"A1": 1, "A2": 2, "B1": 10, "B2": 20, "B3": 30},
        "Größe": {
            "A1": "=SUM(CLV('It''s 1 sheet!'!A:A,1,1))",
            "A2": "=CLV_CASHFLOWS('It''s 1 sheet!'!$B:$B)",
            "A3": "=CLV(größe!A2,1,1)",
            "A4": "=CLV_CASHFLOWS('It''s 1 sheet!'!2:2)",
        },
    }
    recalculate(workbook(path, sheets))
    cells = shown(path, "Größe")
    assert [cells[f"A{n}"] for n in range(2, 5)] == [60, 60, 22]


def test_names_are_known_in_any_case_and_with_the_prefixes_of_files(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": "=cLv(1,2,3)",
            "A2": "=_xludf.CLV(1,2,3)",
            "A3": '="CLV(1,2,3)"',
            "A4": '=LEN("=CLV(")',
        },
    )
    assert [cells[f"A{n}"] for n in range(1, 5)] == [6, 6, "CLV(1,2,3)", 5]


# Calls inside others


def test_calls_nest_in_native_functions_and_in_each_other(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": 100, "A2": 200,
            "B1": "=IF(A1>50,CLV(A1,2,3),0)",
            "B2": '=IFERROR(CAC_RATIO(A1,0),"none")',
            "B3": "=CLV_NET(CLV(A1,2,3),CAC(A2,2))",
            "B4": "=INDEX(CLV(A1:A2,1,1),2)",
            "B5": "=MAX(CLV(A1:A2,1,1))-MIN(CLV(A1:A2,1,1))",
            "B6": '=TEXT(CLV(A1,2,3),"0.00")&"!"',
            "B7": "=_xlfn.LET(_xlpm.v,A1*2,_xlpm.w,CLV(_xlpm.v,1,1),CLV(_xlpm.w+A2,1,_xlpm.v))",
            "B8": "=SUM(_xlfn._xlws.FILTER(CLV(A1:A2,1,1),CLV(A1:A2,1,1)>100))",
            "B9": "=SUM(CLV(_xlfn._xlws.SORT(A1:A2,,-1),{1;0},1))",
            "B10": "=-CLV(A1,1,1)^2",
            "B11": "=CLV(CLV(CLV(CLV(1,2,1),2,1),2,1),2,1)",
            "B12": "=_xlfn.LET(_xlpm.v,A1:A2,CLV_CASHFLOWS(_xlpm.v))",
        },
    )  # fmt: skip
    assert [cells[f"B{n}"] for n in range(1, 13)] == [
        600, "none", 500, 200, 100, "600.00!", 80000, 200, 200, 10000, 16, 300,
    ]  # fmt: skip


def test_each_element_of_a_mapped_range_gets_its_own_call(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": 1, "A2": 2, "B1": 10, "B2": 20,
            "D1": "~=_xlfn.MAP(A1:A2,_xlfn.LAMBDA(_xlpm.v,CLV(_xlpm.v+1,1,1)*10))",
            "E1": "~=_xlfn.MAP(A1:A2,B1:B2,_xlfn.LAMBDA(_xlpm.v,_xlpm.w,CLV(_xlpm.v,_xlpm.w,1)))",
            "F1": "~=_xlfn.BYROW(A1:B2,_xlfn.LAMBDA(_xlpm.r,CLV_CASHFLOWS(_xlpm.r)))",
            "G1": "~=_xlfn.BYCOL(A1:B2,_xlfn.LAMBDA(_xlpm.c,CLV_CASHFLOWS(_xlpm.c)))",
            "D5": "=SUM(_xlfn.MAKEARRAY(2,3,_xlfn.LAMBDA(_xlpm.r,_xlpm.c,CLV(_xlpm.r,_xlpm.c,1))))",
            "D6": "=_xlfn.LET(_xlpm.k,5,"
            "SUM(_xlfn.MAP(A1:A2,_xlfn.LAMBDA(_xlpm.v,CLV(_xlpm.v,_xlpm.k,1)))))",
        },
    )  # fmt: skip
    assert [cells["D1"], cells["D2"]] == [20, 30]
    assert [cells["E1"], cells["E2"]] == [10, 40]
    assert [cells["F1"], cells["F2"]] == [11, 22]
    assert [cells["G1"], cells["H1"]] == [3, 30]
    assert [cells["D5"], cells["D6"]] == [18, 15]


def test_names_that_look_like_something_else_are_read_as_names(path: Path) -> None:
    sheets = {
        "CLV (2024)": {"A1": 2, "A2": 3},
        "Sales(x) B2": {"A1": "name (EUR) A1", "A2": 5, "A3": 7},
        "Report": {
            "A1": "=SUM('CLV (2024)'!A1:A2)",
            "A2": "=CLV('Sales(x) B2'!A2,1,1)",
            "A3": "=SUM(T[name (EUR) A1])+CLV_CASHFLOWS(T[name (EUR) A1])",
            "A4": "=IF( A1 > 1 , A2 ,\n A3 )",
            "A5": "=_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)(A1)",
        },
    }
    report = recalculate(workbook(path, sheets, tables={"T": ("Sales(x) B2", "A1:A3")}))
    assert report.not_computed == ()
    assert [shown(path, "Report")[f"A{n}"] for n in range(1, 6)] == [5, 5, 24, 5, 6]


def test_a_lambda_that_cannot_be_followed_is_named(path: Path) -> None:
    book = workbook(
        path,
        {"Sheet": {"A1": "=_xlfn.REDUCE(0,{1,2},_xlfn.LAMBDA(_xlpm.a,_xlpm.v,CLV(_xlpm.v,1,1)))"}},
    )
    report = recalculate(book)
    assert [str(fault)[:9] for fault in report.not_computed] == ["Sheet!A1:"]
    assert "LAMBDA" in report.not_computed[0].sentence
    assert shown(path)["A1"] == "#NAME?"


# Order


def test_cells_wait_for_the_cells_they_read_wherever_they_stand(path: Path) -> None:
    cells = {
        "A1": "=CLV(A2+1,1,1)",
        "A2": "=A3*2",
        "A3": "=CLV(A4,1,1)",
        "A4": "=SUM(A5:A6)",
        "A5": "=CLV(3,1,1)",
    }
    assert [computed(path, cells)[f"A{n}"] for n in range(1, 6)] == [7, 6, 3, 3, 3]


def test_a_chain_of_a_thousand_cells_is_followed_in_either_direction(path: Path) -> None:
    up = {"A1": 1999} | {f"A{n}": f"=CLV_NET(A{n - 1},1)" for n in range(2, 1001)}
    down = {"C1000": 1999} | {f"C{n}": f"=CLV_NET(C{n + 1},1)" for n in range(1, 1000)}
    cells = computed(path, up | down)
    assert (cells["A1000"], cells["C1"]) == (1000, 1000)


def test_ranges_of_our_cells_are_read_after_them(path: Path) -> None:
    rows = {f"A{n}": n for n in range(1, 101)} | {f"B{n}": f"=CLV(A{n},2,1)" for n in range(1, 101)}
    cells = computed(path, {"D1": "=CLV_CASHFLOWS(B1:B100)", "D2": "=SUM(B:B)"} | rows)
    assert (cells["D1"], cells["D2"]) == (10100, 10100)


def test_indirect_references_see_what_is_computed(path: Path) -> None:
    cells = computed(
        path,
        {"A1": '=CLV(INDIRECT("A2"),1,1)', "A2": "=CLV(5,1,1)", "A3": "=CLV(OFFSET(A1,1,0),2,1)"},
    )
    assert [cells[f"A{n}"] for n in range(1, 4)] == [5, 5, 10]


def test_what_reads_an_indirect_reference_follows_it(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": "=CLV(B1,10,1)",
            "B1": '=INDIRECT("C1")+1',
            "C1": "=CLV(D1,2,1)",
            "D1": '=CLV(INDIRECT("E1"),1,1)',
            "E1": "=CLV(3,1,1)",
        },
    )
    assert [cells[f"{column}1"] for column in "ABCDE"] == [70, 7, 6, 3, 3]


def test_shared_formulas_count_for_every_cell(path: Path) -> None:
    workbook(path, {"Sheet": {"A1": 1, "A2": 2, "A3": 3, "B1": "=CLV(A1,10,1)", "B2": 0, "B3": 0}})
    plain = cell_xml(path, "B1")
    edit(
        path,
        {
            "xl/worksheets/sheet1.xml": [
                (plain, plain.replace("<f>", '<f t="shared" ref="B1:B3" si="0">')),
                (cell_xml(path, "B2"), '<c r="B2"><f t="shared" si="0"/></c>'),
                (cell_xml(path, "B3"), '<c r="B3"><f t="shared" si="0"/></c>'),
            ]
        },
    )
    recalculate(path)
    assert [shown(path)[f"B{n}"] for n in (1, 2, 3)] == [10, 20, 30]


@pytest.mark.parametrize(
    ("cells", "ring"),
    [
        ({"A1": "=CLV(A1,1,1)"}, ["A1"]),
        ({"A1": "=CLV(B1,1,1)", "B1": "=A1+1"}, ["A1", "B1"]),
        ({"A1": "=CLV(SUM(B1:B9),1,1)", "B3": "=CLV(A1,1,1)"}, ["A1", "B3"]),
        ({"A1": "=B1+1", "B1": "=A1*2"}, ["A1", "B1"]),
        ({"A1": "=LEN(INDEX(CLV_ERRORS(),1,1))+A1"}, ["A1"]),
    ],
)
def test_a_circle_is_named_and_keeps_its_values(
    path: Path, cells: dict[str, Any], ring: list[str]
) -> None:
    rest = {"D1": "=CLV(A1,1,1)", "D2": "=CLV(2,1,1)", "D3": "=A1+1"}
    report = recalculate(workbook(path, {"Sheet": cells | rest}))
    named = {fault.cell: fault.sentence for fault in report.not_computed}
    assert set(named) == {*ring, "D1", "D3"}
    assert all(named[cell].startswith("Circular reference: Sheet!") for cell in ring)
    assert "circular" in named["D1"]
    assert not report.complete
    assert shown(path)["D2"] == 2
    assert not {*ring, "D1", "D3"} & set(shown(path))


def test_a_circle_over_stored_values_is_named_and_keeps_them(path: Path) -> None:
    cells = {"A1": "=CLV(B1,1,1)", "B1": 5, "C1": "=A1+1", "D1": "~=CLV(A1:A1,{1;2},1)"}
    workbook(path, {"Sheet": cells})
    recalculate(path)
    edit(path, {"xl/worksheets/sheet1.xml": [(cell_xml(path, "B1"), CIRCULAR)]})
    before = shown(path)
    report = recalculate(path)
    assert [fault.cell for fault in report.not_computed] == ["A1", "B1", "C1", "D1"]
    assert shown(path) == before == {"A1": 5, "B1": 5, "C1": 6, "D1": 5, "D2": 10}


CIRCULAR = '<c r="B1"><f>C1-1</f><v>5</v></c>'


# What the engine does not know


def test_an_unknown_function_keeps_its_stored_value_and_others_go_on_from_it(path: Path) -> None:
    workbook(path, {"Sheet": {"A1": '=GETPIVOTDATA("x",B9)', "A2": "=CLV(A1,2,1)", "A3": "=A1+1"}})
    before = cell_xml(path, "A1")
    edit(
        path,
        {
            "xl/worksheets/sheet1.xml": [
                (before, before.replace("<v></v>", "<v>42</v>").replace("<v/>", "<v>42</v>"))
            ]
        },
    )
    report = recalculate(path)
    assert [shown(path)[f"A{n}"] for n in (1, 2, 3)] == [42, 84, 43]
    assert [fault.cell for fault in report.not_computed] == ["A1"]
    assert "GETPIVOTDATA" in report.not_computed[0].sentence


@pytest.mark.parametrize(
    "formula",
    [
        '=WEBSERVICE("x")',
        "=A8:A9 A9:B9",
        "=SUM(A8:INDEX(A8:A9,2))",
        "=SUM((A8,A9))",
        "=[1]Other!A1",
        "=CLV(A8:A9 A9:B9,1,1)",
    ],
)
def test_what_cannot_be_computed_is_never_computed_wrongly(path: Path, formula: str) -> None:
    report = recalculate(workbook(path, {"Sheet": {"A1": formula, "A8": 1, "A9": 2, "B9": 3}}))
    assert [fault.cell for fault in report.not_computed] == ["A1"]
    assert shown(path)["A1"] == "#NAME?"


# Arrays


def test_a_fixed_block_is_filled_padded_and_cut(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": 1, "A2": 2,
            "C1": ("{=CLV(A1:A2,10,1)}", "C1:C3"),
            "D1": ("{=CLV(A1:A2,10,1)}", "D1:E1"),
            "C5": ("{=CLV(7,1,1)}", "C5:D6"),
            "F1": ("{=CLV(A1:A2,10,1)*2}", "F1:F2"),
            "H1": "=SUM(C1:C2)",
        },
    )  # fmt: skip
    assert [cells["C1"], cells["C2"], cells["C3"]] == [10, 20, "#N/A"]
    assert [cells["D1"], cells["E1"]] == [10, 10]
    assert "D2" not in cells
    assert [cells[name] for name in ("C5", "D5", "C6", "D6")] == [7] * 4
    assert [cells["F1"], cells["F2"], cells["H1"]] == [20, 40, 30]


def test_a_block_too_small_for_its_result_is_reported(path: Path) -> None:
    block = ("{=CLV(A1:A3,10,1)}", "C1:C2")
    workbook(path, {"Sheet": {"A1": 1, "A2": 2, "A3": 3, "C1": block, "E1": "=CLV(A1:A3,10,1)"}})
    found = recalculate(path)
    assert found.complete
    assert [(one.cell, one.sentence[:26]) for one in found.cut] == [
        ("C1", "The result has 3 x 1 cells"),
        ("E1", "The result has 3 x 1 cells"),
    ]


def test_a_plain_formula_around_a_table_shows_its_first_cell(path: Path) -> None:
    typed = {"E1": '=RFM_SUMMARY(A2:A5,B2:B5)&""', "E5": "=CLV(C2:C5,1,1)*2"}
    cells = computed(path, ORDERS | typed)
    assert cells["E1"] == "customer"
    assert cells["E5"] == 20
    assert not {"F1", "E2", "E6"} & set(cells)


def test_a_spilling_formula_grows_and_what_reads_it_follows(path: Path) -> None:
    orders = {name: value for name, value in ORDERS.items() if name[1] in "12345"}
    cells = computed(
        path,
        orders
        | {
            "E1": "~=RFM_SUMMARY(A2:A5,B2:B5)",
            "K1": "=SUM(F2:F9)",
            "K2": "=CLV(K1,2,1)",
            "K3": "=CLV_CASHFLOWS(F2:F9)",
        },
    )
    assert [cells[f"E{n}"] for n in range(1, 5)] == ["customer", "Ann", "Ben", "Cid"]
    assert 'ref="E1:J4"' in cell_xml(path, "E1")
    assert [cells[f"K{n}"] for n in (1, 2, 3)] == [1, 2, 1]


def test_a_spilling_formula_widens_and_what_reads_the_new_columns_follows(path: Path) -> None:
    cells = {
        "A1": 1, "A2": 2, "C1": "~=CLV(A1:A2,{1,2,3},1)", "C5": "~=A1:A2*{1,2,3}",
        "H1": "=CLV_CASHFLOWS(E1:E2)", "H2": "=CLV_CASHFLOWS(E5:E6)", "H3": "=CLV_CASHFLOWS(A1:A2)",
    }  # fmt: skip
    cells_shown = computed(path, cells)
    assert [cells_shown[f"H{row}"] for row in (1, 2, 3)] == [9, 9, 3]


def test_a_spilling_formula_shrinks_and_leaves_styled_empty_cells(path: Path) -> None:
    workbook(
        path,
        {"Sheet": {"A1": 1, "A2": 2, "A3": 3, "C1": "~=CLV(A1:A3,10,1)", "D1": "=COUNT(C1:C9)"}},
    )
    recalculate(path)
    assert [shown(path).get(f"C{n}") for n in (1, 2, 3)] == [10, 20, 30]
    edit(
        path,
        {
            "xl/worksheets/sheet1.xml": [
                ("CLV(A1:A3,10,1)", "CLV(A1:A2,10,1)"),
                ('<c r="C3"', '<c r="C3" s="0"'),
            ]
        },
    )
    recalculate(path)
    assert [shown(path).get(f"C{n}") for n in (1, 2, 3)] == [10, 20, None]
    assert shown(path)["D1"] == 2
    assert 'ref="C1:C2"' in cell_xml(path, "C1")
    assert cell_xml(path, "C3") == '<c r="C3" s="0"/>'


@pytest.mark.parametrize("formula", ["~=CLV(A1:A3,10,1)", "~=CLV(A1:A3,10,1)*1", "~=A1:A3*10"])
@pytest.mark.parametrize("reader", ["=SUM(C1:C3)", "=SUM(_xlfn.ANCHORARRAY(C1))"])
def test_a_cell_in_the_way_of_a_spill_makes_an_error_and_stays(
    path: Path, formula: str, reader: str
) -> None:
    cells = computed(path, {"A1": 1, "A2": 2, "A3": 3, "C1": formula, "C3": "mine", "E1": reader})
    assert cells["C1"] == "#VALUE!"
    assert cells["C3"] == "mine"
    assert "C2" not in cells


def test_the_sign_for_a_whole_spill_reads_all_of_it(path: Path) -> None:
    cells = computed(
        path,
        {
            "A1": 1, "A2": 2,
            "C1": "~=CLV(A1:A2,10,1)",
            "E1": "=SUM(_xlfn.ANCHORARRAY(C1))",
            "E2": "=CLV_CASHFLOWS(_xlfn.ANCHORARRAY(C1))",
            "G1": "~=_xlfn.ANCHORARRAY(C1)*2",
        },
    )  # fmt: skip
    assert [cells["E1"], cells["E2"], cells["G1"], cells["G2"]] == [30, 30, 20, 40]


# Too much, and what is said of it


def test_a_formula_over_too_many_cells_is_left_out_and_the_others_are_computed(
    path: Path,
) -> None:
    workbook(
        path,
        {
            "Sheet": {
                "A1": 5,
                "B1": "=CLV_CASHFLOWS(A1:A9)",
                "B2": "=CLV_CASHFLOWS(D:XFD)",
                "B3": "=CLV(SUM(B1),2,1)",
                "B4": "=SUM(CLV_CASHFLOWS(D:XFD),1)",
                "B5": "=CLV(B2,1,1)",
            }
        },
    )
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    merge = '<mergeCells count="1"><mergeCell ref="AA1:ZZ20000"/></mergeCells>'
    edit(path, {"xl/worksheets/sheet1.xml": [("</sheetData>", far + merge)]})
    report = recalculate(path)
    assert [fault.cell for fault in report.not_computed] == ["B2", "B4"]
    assert "more than 20 million cells" in report.not_computed[0].sentence
    values = [cell_xml(path, f"B{row}").split("<v>")[1].split("<")[0] for row in (1, 3, 2, 5)]
    assert values == ["5", "10", "#NAME?", "#NAME?"]


def test_the_report_names_errors_with_their_sentences(path: Path) -> None:
    book = workbook(
        path, {"Sheet": {"B7": "=CAC_RATIO(300,0)", "B8": "=CLV(1,1,1)", "B9": "=CAC_RATIO(1,0)+1"}}
    )
    report = recalculate(book)
    assert (report.formulas, report.calls) == (3, 3)
    assert [(fault.cell, fault.error) for fault in report.errors] == [
        ("B7", CellError.DIV0),
        ("B9", CellError.DIV0),
    ]
    assert str(report.errors[0]).startswith("Sheet!B7: cac is 0")


ONE = "(and 1 cell that depends on it)"


def test_each_cause_is_one_line_that_counts_the_cells_that_follow(path: Path) -> None:
    cells = {
        "A1": "=CAC_RATIO(300,0)",
        "A2": "=CLV(A1,1,1)",
        "A3": "=A2*2",
        "A4": "=SUM(A1:A3)",
        "B1": "=1/0",
        "B2": "=CLV(B1,1,1)",
        "C1": "=1/0",
        "C2": "=C1+1",
        "D1": "~=CLV({1;-1;2},1,1)",
        "E1": "=CLV(D3,1,1)",
        "E2": "=CLV(D1,1,1)",
        "E3": "=CLV(SUM(D1:D3),1,1)",
        "F1": "=IFERROR(CLV(A1,1,1),0)",
    }
    report = recalculate(workbook(path, {"Sheet": cells}))
    assert [str(fault) for fault in report.faults()] == [
        "Sheet!A1: cac is 0, and nothing can be divided by it (and 3 cells that depend on it)",
        f"Sheet!B1: Its formula gives #DIV/0!; correct it, or what it reads {ONE}.",
        f"Sheet!D2: purchase_value must be at least 0; got -1 in row 2 {ONE}",
    ]
    assert report.complete


def test_cells_after_a_circular_reference_are_counted_with_it(path: Path) -> None:
    cells = {"A1": "=CLV(A2,1,1)", "A2": "=A1+1", "A3": "=A2*2", "A4": "=CLV(A3,1,1)", "B1": "=B1"}
    report = recalculate(workbook(path, {"Sheet": cells}))
    remedy, three = "Change one of these formulas", "(and 3 cells that depend on it)"
    assert [str(fault) for fault in report.faults()] == [
        f"Sheet!A1: Circular reference: Sheet!A1 -> Sheet!A2 -> Sheet!A1. {remedy} {three}.",
        f"Sheet!B1: Circular reference: Sheet!B1 -> Sheet!B1. {remedy}.",
    ]
    assert len(report.not_computed) == len(cells)
    assert not report.complete


def test_what_reads_the_cells_of_a_table_that_failed_follows_from_it(path: Path) -> None:
    cells = {"B2": "~=SBG_FIT({5;9})", "F2": "=SBG_SURVIVAL(C3:C4,1)", "F3": "=F2+1"}
    cells |= {"B9": "~=SBG_FIT({5;8})", "F9": "=SBG_SURVIVAL(C10:C11,1)", "G9": "=CLV(-1,1,1)"}
    report = recalculate(workbook(path, {"Sheet": cells}))
    counted = [(fault.cell, fault.dependents) for fault in report.errors]
    assert counted == [("B2", 2), ("B9", 1), ("G9", 0)]


def test_what_a_block_of_fixed_size_does_not_fill_is_no_error(path: Path) -> None:
    cells = {"A1": ("{=CLV({1;2},1,1)}", "A1:A4"), "B1": "=CLV(A3,1,1)"}
    report = recalculate(workbook(path, {"Sheet": cells}))
    assert [(fault.cell, fault.error) for fault in report.errors] == [("B1", CellError.NA)]


def test_the_same_call_of_the_same_ranges_is_made_once_and_fails_alike(path: Path) -> None:
    seen: list[Any] = []
    cells = {
        "A1": 1,
        "A2": 2,
        "B1": "=IF(ISERROR(CLV_CASHFLOWS(A1:A2)),0,CLV_CASHFLOWS(A1:A2))",
        "B2": "=CLV_CASHFLOWS(A1:A2)",
        "C1": "=CLV_CASHFLOWS(A1:A2,-2)",
        "C2": "=CLV_CASHFLOWS(A1:A2,-2)",
        "D1": "=CLV_CASHFLOWS(B1:B2)",
    }
    recalculate_with(workbook(path, {"Sheet": cells}), seen)
    assert len(seen) == 3  # with the rate, without it, and the one that reads their results
    assert [shown(path)[name] for name in ("B1", "B2", "C1", "C2", "D1")] == [
        3,
        3,
        "#NUM!",
        "#NUM!",
        6,
    ]


def test_the_list_of_faults_is_drawn_up_last(path: Path) -> None:
    cells = computed(
        path, {"A1": "=INDEX(CLV_ERRORS(),2,4)", "A2": "=CAC_RATIO(1,A3)", "A3": "=CLV(0,1,1)"}
    )
    assert cells["A1"].startswith("cac is 0")


def test_a_running_total_filled_down_is_no_circle(path: Path) -> None:
    cells = {"A1": 1, "A2": 2, "A3": 3, "B1": "=A1", "B2": 0, "B3": 0, "D1": "=CLV(B3,1,1)"}
    workbook(path, {"Sheet": cells})
    two, three = cell_xml(path, "B2"), cell_xml(path, "B3")
    edit(
        path,
        {
            "xl/worksheets/sheet1.xml": [
                (two, '<c r="B2"><f t="shared" ref="B2:B3" si="0">B1+A2</f></c>'),
                (three, '<c r="B3"><f t="shared" si="0"/></c>'),
            ]
        },
    )
    report = recalculate(path)
    assert report.not_computed == ()
    assert shown(path)["D1"] == 6


def test_a_column_of_alike_formulas_is_computed_in_its_order(path: Path) -> None:
    rows = {f"A{row}": row for row in range(2, 5)} | {"A1": "in", "B1": "ours", "C1": "native"}
    formulas = {
        f"{column}{row}": text
        for row in range(2, 5)
        for column, text in {
            "B": "=CLV(T[[#This Row],[in]],1,1)",
            "C": "=T[[#This Row],[ours]]*2",
        }.items()
    }
    total = {"E1": "=CLV(SUM(T[native]),1,1)", "E2": "=CLV(C3,1,1)"}
    workbook(path, {"Sheet": rows | formulas | total}, tables={"T": ("Sheet", "A1:C4")})
    recalculate(path)
    cells = shown(path)
    assert [cells["C4"], cells["E1"], cells["E2"]] == [8, 18, 6]
