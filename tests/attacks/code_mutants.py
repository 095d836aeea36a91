"""Mutation score of `package/` and of the file layer of `recalc`: do tests see a changed code?

    python tests/attacks/code_mutants.py --count 200 --seed 1 --jobs 2

A mutant is one change of one expression. The tests of its module run in a copy of this process in
which the code of one function is exchanged; a mutant that no test sees survives and is named.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import importlib
import io
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import pytest
from attacks import forked
from attacks.outcome import Kind
from attacks.source_books import sources

ROOT = Path(__file__).parents[2]
_BYTES = ("xlsx/test_value_patcher.py", "xlsx/test_stored_values.py", "xlsx/test_plain_sheet.py")
_SHEETS = ("xlsx/test_damaged_sheets.py", "xlsx/test_sheet_parts.py", "test_files.py")
_GROWN = (*("xlsx/test_held_cells.py", "xlsx/test_table_columns.py"), "xlsx/test_table_growth.py")
_SAVED = ("test_workbook_file.py", "test_replacement.py")
_LOCKED = ("test_exclusive.py", "test_new_file.py", "test_lock.py", "test_replacement.py")
_RECALC = {
    "engine": ("test_engine.py", "test_evaluator.py", "test_files.py", "test_workbook.py"),
    "workbook": ("test_files.py", "test_workbook.py"),
    "report": ("test_report.py",),
    "xlsx.book": ("xlsx/test_stored_values.py", *_SHEETS),
    "xlsx.engine_copy": ("xlsx/test_engine_copy.py", "xlsx/test_escaped_texts.py", *_SHEETS),
    "xlsx.engine_styles": ("xlsx/test_engine_styles.py",),
    "xlsx.filed_rows": ("xlsx/test_plain_sheet.py", "xlsx/test_what_if_tables.py", *_SHEETS),
    "xlsx.formula_scanner": ("xlsx/test_plain_sheet.py", *_SHEETS),
    "xlsx.held_cells": _GROWN,
    "xlsx.loader": _SHEETS,
    "xlsx.named_columns": ("xlsx/test_named_columns.py",),
    "xlsx.plain_sheet": ("xlsx/test_plain_sheet.py", *_SHEETS),
    "xlsx.sheet_parts": _SHEETS,
    "xlsx.stored_values": (*_BYTES, *_SHEETS),
    "xlsx.table_columns": _GROWN,
    "xlsx.table_growth": _GROWN,
    "xlsx.value_patcher": (*_BYTES, *_SHEETS),
}
_PACKAGE = {
    "archive": ("test_archive.py", *_SAVED),
    "attributes": ("test_attributes.py", *_SAVED),
    "cell_metadata": ("test_cell_metadata.py",),
    "content_types": ("test_relations.py", "test_cell_metadata.py"),
    "copies": ("test_copies.py",),
    "exchange": ("test_exchange.py", "test_replacement.py"),
    "exclusive": _LOCKED,
    "file_kind": ("test_file_kind.py", *_SAVED),
    "lock": _LOCKED,
    "new_file": _LOCKED,
    "open_elsewhere": ("test_open_elsewhere.py", "test_replacement.py"),
    "part_check": ("test_part_check.py", *_SAVED),
    "regular_file": ("test_regular_file.py", *_SAVED),
    "relations": ("test_relations.py", "test_workbook_file.py"),
    "replacement": ("test_copies.py", "test_attributes.py", *_SAVED),
    "shared_texts": ("test_shared_texts.py",),
    "sheet_list": ("test_sheet_list.py", "test_relations.py"),
    "text_escapes": ("test_text_escapes.py", "test_shared_texts.py"),
    "workbook_file": ("test_file_kind.py", "test_copies.py", *_SAVED),
    "xml_limits": ("test_xml_limits.py", "test_workbook_file.py"),
    "xml_parts": ("test_xml_parts.py", "test_shared_texts.py"),
}
_LAYERS = {"hosts/recalc": _RECALC, "package": _PACKAGE}
TESTS = {
    f"{layer}/{name}".replace("/", "."): [f"{layer}/{one}" for one in tests]
    for layer, modules in _LAYERS.items()
    for name, tests in modules.items()
}
"""The modules, and the tests that run for each, those that end first in front."""
_SECONDS = 200
_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COMBINED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


class CodeMutant(NamedTuple):
    """One change: the module, the function, which of its nodes in which way, and where that is."""

    module: str
    function: str
    node: int
    way: int
    line: int
    text: str


def mutants(name: str) -> Iterator[CodeMutant]:
    """Yield every mutant of a module's functions."""
    for function, tree in _functions(_tree(name)):
        apart = {id(node) for node in _texts(tree)}
        for number, node in enumerate(ast.walk(tree)):
            for way in range(2):
                mutated = copy.copy(node)
                if id(node) not in apart and _mutate(mutated, way):
                    is_short = isinstance(node, ast.expr)
                    text = ast.unparse(mutated) if is_short else f"{type(node).__name__} changed"
                    line = getattr(node, "lineno", tree.lineno)
                    yield CodeMutant(name, function, number, way, line, text)


def _tree(name: str) -> ast.Module:
    path = ROOT / "clv_xl" / f"{name.replace('.', '/')}.py"
    return ast.parse(path.read_text("utf-8"))


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{node.name}.{inner.name}", inner


def _texts(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Yield the nodes of the signature, of annotations, the docstring and sentences."""
    yield from (node for one in function.decorator_list for node in ast.walk(one))
    yield from ast.walk(function.args)
    yield from ast.walk(function.returns or ast.Pass())
    for one in ast.walk(function):
        if isinstance(one, ast.JoinedStr):
            yield from ast.walk(one)
        elif isinstance(one, ast.AnnAssign):
            yield from ast.walk(one.annotation)
        elif isinstance(one, ast.Expr):
            yield one.value


def _mutate(node: ast.AST, way: int) -> bool:
    """Change a node in place, in one of two ways; false where there is no such way."""
    match node:
        case ast.Compare(ops=[operator, *_]) if way == 0 and type(operator) in _COMPARED:
            node.ops = [_COMPARED[type(operator)](), *node.ops[1:]]
        case ast.BinOp(op=operator) if way == 0 and type(operator) in _COMBINED:
            node.op = _COMBINED[type(operator)]()
        case ast.BoolOp(op=operator) if way == 0:
            node.op = ast.Or() if isinstance(operator, ast.And) else ast.And()
        case ast.UnaryOp(op=ast.Not()) if way == 0:
            node.op = ast.UAdd()
            node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if way == 0:
            node.test = ast.UnaryOp(ast.Not(), test)
        case ast.Constant(value=bool(value)) if way == 0:
            node.value = not value
        case ast.Constant(value=int(value)):
            node.value = value + (1, -1)[way]
        case ast.Constant(value=str(value)) if way == 0 and " " not in value.strip():
            node.value = f"{value}X"
        case ast.Constant(value=bytes(value)) if way == 0:
            node.value = value + b"X"
        case ast.Return(value=ast.expr()) if way == 0:
            node.value = ast.Constant(None)
        case _:
            return False
    return True


def _exchange(mutant: CodeMutant) -> None:
    """Give the function of the loaded module the code of the mutant."""
    module = importlib.import_module(f"clv_xl.{mutant.module}")
    tree = _tree(mutant.module)
    nodes = list(ast.walk(dict(_functions(tree))[mutant.function]))
    _mutate(nodes[mutant.node], mutant.way)
    compiled = compile(ast.fix_missing_locations(tree), module.__file__ or "", "exec")
    code = next(one for one in _codes(compiled) if one.co_qualname == mutant.function)
    _function(module, mutant.function).__code__ = code


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _function(module: ModuleType, name: str) -> FunctionType:
    found: Any = module
    for word in name.split("."):
        found = vars(found)[word]
    if isinstance(found, property):
        found = found.fget
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    assert isinstance(found, FunctionType)
    return found


def _is_seen(mutant: CodeMutant) -> bool:
    tests = [str(path) for one in TESTS[mutant.module] if (path := ROOT / "tests" / one).exists()]

    def run_tests() -> None:
        _exchange(mutant)
        with contextlib.redirect_stdout(io.StringIO()):
            options = ["-x", "-q", "-m", "not libreoffice", "-p", "no:faulthandler"]
            sys.exit(pytest.main([*options, f"--rootdir={ROOT}", *tests]))

    os.chdir(ROOT)
    done = forked.attempt(run_tests, seconds=_SECONDS, megabytes=4000)
    return done.kind is not Kind.OK


class _Work:
    """The test of one mutant, for another process."""

    def __init__(self, chosen: list[CodeMutant]) -> None:
        self.chosen = chosen

    def __call__(self, number: int) -> tuple[CodeMutant, bool]:
        return self.chosen[number], _is_seen(self.chosen[number])


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--count", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--jobs", type=int, default=1)
    asked.add_argument("--least", type=int, default=85, help="The score that is enough, per cent.")
    asked.add_argument("--modules", nargs="*", default=[""], help="Beginnings of their names.")
    given = asked.parse_args()
    forked.load(sources()["mixed"])
    names = [name for name in TESTS if name.startswith(tuple(given.modules))]
    every = [mutant for name in names for mutant in mutants(name)]
    chosen = random.Random(given.seed).sample(every, min(given.count, len(every)))
    seen = 0
    for mutant, is_seen in forked.spread(_Work(chosen), range(len(chosen)), given.jobs):
        seen += is_seen
        if not is_seen:
            forked.say(f"survived: {mutant.module}:{mutant.line} {mutant.function}: {mutant.text}")
    score = 100 * seen / len(chosen)
    forked.say(f"{len(chosen)} of {len(every)} mutants: {seen} seen, {score:.0f} %")
    return int(score < given.least)


if __name__ == "__main__":
    sys.exit(main())
