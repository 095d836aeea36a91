"""The code speaks the language of its field: what people search for is there, a dialect is not."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

import clv_xl

HOUSE = Path(clv_xl.__file__).parent

# What people search for, and the folder whose subject it is.
FIELD = {
    "circular": "hosts/recalc",
    "vectorize": "hosts/recalc/dialect",
    "implicit intersection": "hosts/recalc",
    "volatile": "functions",
    "spill": "hosts/recalc",
    "dropout": "maths",
    "predicted": "maths",
    "actual": "maths",
    "posterior": "maths",
    "broadcast": "",
}

# Words that once stood for the field's own, each with the term that replaced it.
DIALECT = {
    "door": "call, dispatch",
    "ours": "custom call, clv_xl's",
    "lifted": "vectorized",
    "lifter": "vectorizer",
    "lifting": "vectorize",
    "standpoint": "position, context",
    "tainted": "dependent on a cycle",
    "restless": "unstable, volatile",
    "mending": "what is done: missing arguments, dates",
    "foretold": "predicted",
    "gist": "first sentence",
    "splicing": "patching values",
    "lenient": "reports faults",
}


def words_of(path: Path) -> set[str]:
    """The words of a file's names, comments and docstrings, lower case."""
    found: set[str] = set()
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in {tokenize.NAME, tokenize.COMMENT}:
            found.update(
                re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", token.string).lower())
            )
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            found.update(re.findall(r"[a-z]+", (ast.get_docstring(node) or "").lower()))
    return found


@pytest.mark.parametrize(("term", "folder"), FIELD.items())
def test_a_term_of_the_field_leads_to_its_place(term: str, folder: str) -> None:
    files = list((HOUSE / folder).rglob("*.py"))
    assert files
    assert any(term in path.read_text(encoding="utf-8").lower() for path in files)


def test_no_file_speaks_a_private_dialect() -> None:
    paths = [*HOUSE.rglob("*.py")]
    assert "broadcast" in set().union(*map(words_of, paths))  # the words are seen
    found = {
        (str(path.relative_to(HOUSE)), word)
        for path in paths
        for word in (words_of(path) | set(path.stem.split("_"))) & DIALECT.keys()
    }
    assert not found, sorted(found)
