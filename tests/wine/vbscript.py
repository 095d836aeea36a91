"""Writes the text of the workbook's macros as VBScript, which runs outside Excel.

Types go, and with them what VBA does for them: variables and results get their first values here.
VBScript cannot go to a label, so in a procedure that does every statement waits for no error.
Excel itself (`Application`, `CVErr`) is played by the script that the text is put before.
"""

import re
import sys
from collections.abc import Iterator

from clv_xl.hosts.vba.modules import modules

MODULES = ("ClvHost", "ClvFunctions")
FIRST_VALUES = {"Object": "Set {} = Nothing", "Boolean": "{} = False", "String": '{} = ""'}
FIRST_VALUES |= dict.fromkeys(("Long", "Single"), "{} = 0")
DROPPED = re.compile(r"Option |Attribute |'|$")
TYPE = re.compile(r"(?<=[\w)]) As \w+")
DECLARED = re.compile(r"(?:Dim|Private|Public) (?P<name>\w+) As (?P<type>\w+)")
BEGUN = re.compile(
    r"(?:(?:Private|Public) )?(?:Function|Sub) (?P<name>\w+)\(.*\)(?: As (?P<type>\w+))?$"
)
BLOCK = re.compile(
    r"(For|Next|Select|Case|End|Else|ElseIf|Dim|Do|Loop|On Error)\b|If .* Then$", re.IGNORECASE
)
GOTO = re.compile(r"On Error GoTo (?!0)(\w+)")


def _statements(text: str) -> Iterator[str]:
    """Yield the lines that are statements, each whole and without its types."""
    for line in re.sub(r" _\n\s*", " ", text).splitlines():
        statement = line.strip()
        if not DROPPED.match(statement):
            yield statement


def _untyped(statement: str) -> str:
    """Return a statement in the words that VBScript has."""
    plain = TYPE.sub("", statement).replace("Optional ", "").replace("$(", "(")
    return re.sub(r"^Next \w+", "Next", plain)


def as_vbscript(text: str) -> Iterator[str]:
    """Yield the lines of a module in VBScript."""
    label = None
    for statement in _statements(text):
        begun, jump = BEGUN.match(statement), GOTO.match(statement)
        if begun:
            label = None
        if jump:
            label = jump[1]
            yield "On Error Resume Next"
            yield "Err.Clear"
        elif statement == f"{label}:":
            label = None
        elif label and not BLOCK.match(statement):
            yield f"If Err.Number = 0 Then {_untyped(statement)}"
        elif re.match(r"End (Function|Sub)$", statement):
            yield "Err.Clear"  # as VBA does when a procedure ends
            yield statement
        else:
            yield _untyped(statement)
        typed = begun or DECLARED.match(statement)
        if typed and typed["type"] in FIRST_VALUES:
            yield FIRST_VALUES[typed["type"]].format(typed["name"])


if __name__ == "__main__":
    for module in modules([]):
        if module.name in MODULES:
            sys.stdout.writelines(f"{line}\n" for line in as_vbscript(module.text))
