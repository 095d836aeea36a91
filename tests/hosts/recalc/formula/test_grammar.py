"""Formulas read into trees, and written again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.formatter import FormulaContext, Writer
from clv_xl.hosts.recalc.formula.grammar import (
    LEFT_OUT,
    Area,
    Call,
    Expression,
    GrammarError,
    Infix,
    Postfix,
    Prefix,
    Token,
    area,
    children,
    parse,
    walk,
    with_children,
)
from clv_xl.hosts.recalc.solver.scratch_sheet import Scratch

ENGINE = Engine()
WRITER = Writer(Names(ENGINE.defined_names()), Scratch(ENGINE).keep)


def written(expression: Expression, *, moved: bool = False) -> str:
    return WRITER.text(expression, FormulaContext("It's", 0, 3, 4), moved=moved)


def shape(expression: Expression) -> str:
    """A tree with its parts in brackets, so that precedence can be seen."""
    match expression:
        case Token("missing", _):
            return "-"
        case Token(_, text):
            return text
        case Call(name, arguments):
            return f"{name}({'; '.join(map(shape, arguments))})"
        case Prefix(sign, operand):
            return f"[{sign}{shape(operand)}]"
        case Postfix(operand, sign):
            return f"[{shape(operand)}{sign}]"
        case Infix(signs, operands):
            rest = zip(signs, operands[1:], strict=True)
            text = "".join(f"{sign or '~'}{shape(operand)}" for sign, operand in rest)
            return f"[{shape(operands[0])}{text}]"
        case _:
            raise AssertionError(expression)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("=1+2*3^4", "[1+[2*[3^4]]]"),
        ("=1-2-3+4", "[1-2-3+4]"),
        ("=2*3/4", "[2*3/4]"),
        ("=-A1^2", "[[-A1]^2]"),
        ("=2^-1%", "[2^[-[1%]]]"),
        ("=--A1", "[-[-A1]]"),
        ('=A1&"b"=C1', '[[A1&"b"]=C1]'),
        ("=1+2&3", "[[1+2]&3]"),
        ("=A1<=B1", "[A1<=B1]"),
        ("=A1<>B1", "[A1<>B1]"),
        ("=(1+2)*3", "[([1+2])*3]"),
        ("=@A1:A3+1", "[[@A1:A3]+1]"),
        ("=A1:INDEX(B1:B9,2)", "[A1:INDEX(B1:B9; 2)]"),
        ("=A1:B3 B2:C4", "[A1:B3 B2:C4]"),
        ("= SUM( A1 ,, B1 )", "SUM(A1; -; B1)"),
        ("=CLV(1,2,)", "CLV(1; 2; -)"),
        ("=TODAY()", "TODAY()"),
        ("=(A1,B1)", "(A1; B1)"),
        ("=LAMBDA(x,x+1)(A1)", "[LAMBDA(x; [x+1])~(A1)]"),
        ("='It''s'!A1*2", "['It''s'!A1*2]"),
        ("=[1]Other!A1", "[[1]Other!A1]"),
        ("=Sheet1!Rate", "[Sheet1!Rate]"),
        ("=SUM(T[[#This Row],[a (b)]])", "SUM(T[[#This Row],[a (b)]])"),
        ('=IF(A1="a,)b",#N/A,{1,2;"x,",3})', 'IF([A1="a,)b"]; #N/A; {1,2;"x,",3})'),
        ("=A1#*2", "[A1#*2]"),
        ("Sheet!A1:A2,Sheet!C1", "[Sheet!A1:A2,Sheet!C1]"),
    ],
)
def test_operators_bind_as_excel_says(text: str, tree: str) -> None:
    assert shape(parse(text)) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "=1+",
        "=*2",
        "=)",
        "=(",
        "=F(1",
        "=F(1))",
        "=F(1;2)",
        '="a',
        "=1+*2",
        "={1",
        "=A1!!",
    ],
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(GrammarError):
        parse(text)


def test_nesting_without_end_is_refused_and_length_is_not() -> None:
    with pytest.raises(GrammarError):
        parse("=" + "(" * 5000 + "1" + ")" * 5000)
    with pytest.raises(GrammarError):
        parse("=" + "-" * 5000 + "1")
    assert len(list(walk(parse("=" + "+".join(["A1"] * 5000))))) == 5001


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("A1", (1, 1, 1, 1)),
        ("$B$3:A1", (1, 1, 3, 2)),
        ("C:D", (1, 3, 1_048_576, 4)),
        ("2:5", (2, 1, 5, 16_384)),
    ],
)
def test_a_reference_is_a_block_of_cells(text: str, cells: tuple[int, ...]) -> None:
    token = parse(f"='Other one'!{text}")
    assert isinstance(token, Token)
    assert area(token, "Sheet") == Area("Other one", *cells)


def test_an_operand_made_elsewhere_keeps_its_parentheses() -> None:
    total = Infix(["+"], [Token("number", "1"), Token("number", "2")])
    assert written(Infix(["*"], [total, total])) == "(1+2)*(1+2)"
    assert written(Infix(["-"], [Token("number", "3"), total])) == "3-(1+2)"
    assert written(Prefix("-", total)) == "-(1+2)"
    assert written(Postfix(total, "%")) == "(1+2)%"


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("A1+Other!B2", "'It''s'!A1+Other!B2"),
        ("@A1:A9", "'It''s'!A3"),
        ("@A1:Z1", "'It''s'!D1"),
        ("@B7:C9", "#VALUE!"),
        ("ROW()*COLUMN()", "3*4"),
        ("ROW(A1)", "ROW('It''s'!A1)"),
    ],
)
def test_a_formula_moved_to_another_sheet_means_the_same_cells(text: str, there: str) -> None:
    assert written(parse(text), moved=True) == there


# What is written is what was read

NUMBERS = st.sampled_from(["1", "2.5", "1E3", ".5"])
ATOMS = NUMBERS | st.sampled_from(
    ["A1", "$B$2:C9", "'a b'!D4", "Sheet!A:A", "x", "T[a]", '"x,""y)"', "#N/A", "{1,2;3,4}", "TRUE"]
)


def joined(operands: tuple[str, str, str]) -> str:
    """Two operands and a sign; a blank before a sign is no sign: `1 +1` is a sum."""
    first, sign, second = operands
    return f"{first} ({second})" if sign == " " and second[0] in "+-" else "".join(operands)


def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<>", "<=", ">", ":", " "])
    arguments = st.lists(parts | st.just(""), min_size=2, max_size=3).map(",".join)
    return (
        st.tuples(parts, signs, parts).map(joined)
        | st.builds("({})".format, parts)
        | st.builds("{}{}".format, st.sampled_from("+-@"), parts)
        | st.builds("{}%".format, parts)
        | st.builds("SUM({})".format, arguments)
        | st.builds("LAMBDA(x,{})({})".format, parts, parts)
    )


FORMULAS = st.recursive(ATOMS, grown, max_leaves=12)


@given(FORMULAS)
def test_a_formula_is_written_as_it_was_read(text: str) -> None:
    tree = parse(text)
    assert written(tree) == text
    assert parse(written(tree)) == tree


def test_a_blank_before_a_sign_is_no_sign() -> None:
    assert parse("1 +1") == parse("1+1") != parse("1 (+1)")


@given(FORMULAS)
def test_a_tree_made_of_its_own_parts_is_the_same(text: str) -> None:
    def copied(expression: Expression) -> Expression:
        return with_children(expression, [copied(part) for part in children(expression)])

    tree = parse(text)
    assert copied(tree) == tree
    assert next(iter(walk(tree))) == tree


def test_an_argument_left_out_is_written_as_nothing() -> None:
    assert written(Call("F", [LEFT_OUT, Token("number", "1"), LEFT_OUT])) == "F(,1,)"


@pytest.mark.parametrize("name", ["YTD2024", "YOY1", "ZIP5", "XFE1", "A1048577", "zip5"])
def test_letters_and_digits_beyond_the_sheet_are_a_name(name: str) -> None:
    assert parse(name) == Token("name", name)


@pytest.mark.parametrize("cell", ["XFD1048576", "$xfd$1", "TAX2024", "A1", "WZZ9", "xa999999"])
def test_the_last_cells_of_the_sheet_are_references(cell: str) -> None:
    found = parse(cell)
    assert isinstance(found, Token)
    assert found.kind == "reference"
    assert area(found, "S").sheet == "S"
