"""The VBA modules, and their text split into names and procedures."""

import re

import pytest

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.vba.modules import modules, start_modules
from clv_xl.hosts.vba.names import RESERVED

MODULES = {module.name: module for module in modules(["Sheet1", "Sheet2"])}
START = {module.name: module for module in start_modules("Start1", "1.2.3")}
each_module = pytest.mark.parametrize(
    "module", [*MODULES.values(), *START.values()], ids=lambda module: module.name
)
each_function = pytest.mark.parametrize("function", CATALOGUE.values(), ids=lambda f: f.name)

# What the modules use of VBA and Excel; under Option Explicit any other name must be declared.
KNOWN = set(
    """
    activeworkbook application array createobject cverr isarray isobject lbound lcase left
    msgbox replace thisworkbook timer ubound vartype vbexclamation vbinformation vbstring
    """.split()  # noqa: SIM905
)
KNOWN_TO_START = {"environ", "eof", "freefile", "instr", "lcase", "mid", "right", "strptr"}
KEYWORDS = RESERVED | {"goto", "error", "resume", "option", "explicit", "private", "module"}


def code(text):
    """The logical lines of a module without strings, comments and hidden attributes."""
    lines = []
    for line in re.sub(r" _\n\s*", " ", text).splitlines():
        bare = re.sub(r'"(?:[^"]|"")*"', '""', line)
        bare = bare.split("'")[0].strip()
        if bare and not bare.startswith("Attribute "):
            lines.append(bare)
    return lines


def procedures(text):
    """Every procedure as its first line and the lines within."""
    found, inside = [], None
    for line in code(text):
        if re.match(r"(Public |Private )?(Sub|Function) ", line):
            inside = []
            found.append((line, inside))
        elif re.match(r"End (Sub|Function)$", line):
            inside = None
        elif inside is not None:
            inside.append(line)
    return found


def names_of(line):
    """The names in a line, those of members and named arguments apart."""
    line = re.sub(r"\.\s*\w+", "", line)
    line = re.sub(r"\w+\s*:=", "", line)
    return {name.lower() for name in re.findall(r"[A-Za-z]\w*", line)}


def project_of(module):
    return START if module in START.values() else MODULES


def declared_at_top(project):
    """Names that each module declares for itself, and those public to all."""
    own, public = {}, {name.lower() for name in project}
    for module in project.values():
        mine = own.setdefault(module.name, set())
        for line in code(module.text):
            procedure = re.match(
                r"(?:(Public|Private) )?(?:Declare PtrSafe )?(?:Sub|Function) (\w+)", line
            )
            variable = re.match(r"(?:Private|Public) (?:Const )?(\w+) As", line)
            if procedure:
                mine.add(procedure[2].lower())
                if procedure[1] != "Private":
                    public.add(procedure[2].lower())
            elif variable:
                mine.add(variable[1].lower())
    return own, public


def parameters_of(line):
    inner = re.match(r".*?(?:Sub|Function) \w+\((.*)\)", line)[1]
    return [
        re.sub(r"^(Optional )?(ByVal |ByRef )?(\w+).*$", r"\3", part.strip())
        for part in inner.split(",")
        if part.strip()
    ]
