"""What arguments are made of, computed here and by the engine, which has its own code for it."""

from __future__ import annotations

import random

import pytest

from clv_xl.cells import Cell, CellError
from clv_xl.hosts.recalc.dialect.rewriter import Rewriter
from clv_xl.hosts.recalc.engine import Engine
from clv_xl.hosts.recalc.formula.defined_names import Names
from clv_xl.hosts.recalc.formula.formatter import FormulaContext, Writer
from clv_xl.hosts.recalc.formula.grammar import Expression, parse
from clv_xl.hosts.recalc.solver.array_functions import NotDirect
from clv_xl.hosts.recalc.solver.direct_arguments import Reader
from clv_xl.hosts.recalc.solver.scratch_sheet import Answer, Scratch

ROWS = 30
FORMULAS = [
    "INDEX(A1:D30,0,2)",
    "INDEX(A1:D30,0,F1)",
    "FILTER(A1:A30,ISNUMBER(B1:B30))",
    "FILTER(A1:D30,ISNUMBER(B1:B30))",
    "FILTER(A1:A30,(B1:B30>2)*(C1:C30<7))",
    "FILTER(A1:A30,B1:B30>1000)",
    "FILTER(A1:D30,A1:D1=A1)",
    "LET(all,HSTACK(A1:D30),kept,FILTER(all,ISNUMBER(INDEX(all,0,2))),INDEX(kept,0,3)-INDEX(kept,0,2))",
    "LET(since,C1:C30-B1:B30,known,ISNUMBER(since),FILTER(C1:C30,known)+1)",
    "HSTACK(A1:A30,C1:D30)",
    'XLOOKUP(A1:A30,E1:E30,C1:C30,"none")',
    'XLOOKUP(TRIM(A1:A30),TRIM(E1:E30),D1:D30,"")',
    "IF(C1:C30>4,C1:C30,0)",
    "IF(F1>1,C1:C30,D1:D30)",
    "IF(F1>9,C1:C30,D1:D30)",
    "C1:C30*D1:D30-2",
    "C1:C30/D1:D30",
    'A1:A30="Ann"',
    'A1:A30<>""',
    "1-F1",
    "F1*C1*2",
    "COUNT(B1:B30)",
    "COUNT(INDEX(A1:D30,0,2))>0",
    "ROWS(FILTER(A1:A30,ISNUMBER(B1:B30)))",
    "C1:C30+A1:A30",
    "TRIM(A1:A30)",
    "TRIM(C1:C30)",
]
DOUBLED = "".join(f"sum_{n},sum_{n - 1}+sum_{n - 1}," for n in range(1, 41))


def cells(draw: random.Random) -> list[list[Cell]]:
    """Names with spaces and capitals, numbers with gaps, and two columns of whole numbers."""
    names = ["Ann", "ann ", "Bob", "  Cy  Dee ", "Ödön", "x"]
    return [
        [
            draw.choice(names),
            draw.choice([1.5, 3.0, 12.0, "", "n/a"]),
            float(draw.randrange(9)),
            float(draw.randrange(4)),
            draw.choice(names),
            2.0,
        ]
        for _ in range(ROWS)
    ]


def computed_here(reader: Reader, expression: Expression, context: FormulaContext) -> Answer:
    value = reader.value(reader.find(expression, context, ()))
    assert value is None or isinstance(value, (float, int, str, CellError, list))
    return value


def alike(one: Answer, other: Answer) -> bool:
    rows, others = (value if isinstance(value, list) else [[value]] for value in (one, other))
    if (len(rows), len(rows[0])) != (len(others), len(others[0])):
        return False
    pairs = [
        (a, b)
        for row, line in zip(rows, others, strict=True)
        for a, b in zip(row, line, strict=True)
    ]
    return all(
        a == pytest.approx(b, rel=1e-15) if isinstance(b, float) else a == b for a, b in pairs
    )


@pytest.mark.parametrize("text", FORMULAS)
def test_it_is_what_the_engine_gives(text: str) -> None:
    draw = random.Random(text)
    for _ in range(5):
        engine = Engine()
        engine.set_table(0, 1, 1, cells(draw))
        names = Names(())
        reader, scratch = Reader(engine, names), Scratch(engine)
        context = FormulaContext(engine.names[0], 0, 99, 99)
        rewriter = Rewriter(frozenset(), names, date1904=False)
        expression = rewriter.rewrite(parse(text), 0, text, array_context=True)
        here = computed_here(reader, expression, context)
        written = Writer(names, scratch.keep).text(expression, context, moved=True)
        (there,) = scratch.compute([written])
        assert alike(here, there), (here, there)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('C1:C2+"1"', "a text that may be a number"),
        ('A1:A2>"b"', "the order of texts"),
        ("A1:A2&C1:C2", "texts joined"),
        ("INDEX(A1:D30,0,9)", "no such column"),
        ("FILTER(A1:A30,A1:A30)", "a text as a condition"),
        ("FILTER(A1:A30,C1:C29)", "lengths that differ"),
        ("C1:C3+D1:D2", "lengths that differ"),
        ("ROUND(C1,0)", "any other function"),
        ("MAP(C1:C30,LAMBDA(x,x+1))", "any other LAMBDA"),
        ("LET()", "a LET of nothing"),
        ("LET(x,C1,y,D1)", "a LET without a result"),
        (f"LET(sum_0,C1,{DOUBLED}sum_40)", "names whose meanings grow with each other"),
    ],
)
def test_what_is_not_plain_is_left_to_the_engine(text: str, why: str) -> None:
    engine = Engine()
    engine.set_table(0, 1, 1, cells(random.Random(why)))
    reader = Reader(engine, Names(()))
    with pytest.raises(NotDirect):
        computed_here(reader, parse(text), FormulaContext(engine.names[0], 0, 99, 99))


def test_only_the_branch_that_is_meant_is_computed() -> None:
    engine = Engine()
    engine.set_table(0, 1, 1, [[1.0, "1"]])
    reader, context = Reader(engine, Names(())), FormulaContext(engine.names[0], 0, 9, 9)
    assert computed_here(reader, parse("IF(A1=1,A1,B1+1)"), context) == 1
    with pytest.raises(NotDirect):
        computed_here(reader, parse("IF(A1=2,A1,B1+1)"), context)
