"""The extension file (.oxt) that LibreOffice installs, made from the declarations.

It is a zip of an interface in IDL text (LibreOffice parses it itself), the file that says which
Python file implements it, the registry file that names and explains every function, and the add-in.
The settings of the add-in (the Python to start, and which method is which function) are in the
same zip as JSON, so that nothing is stored outside the extension.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from clv_xl.functions import CATALOGUE, Function
from clv_xl.functions.spec import Kind, Parameter, Text
from clv_xl.package import archive

IDENTIFIER: Final = "org.clvxl.addin"
IMPLEMENTATION: Final = "org.clvxl.AddIn"
SERVICE: Final = "com.sun.star.sheet.AddIn"
FILE_NAME: Final = "clv_xl.oxt"
SETTINGS: Final = "clv_xl.json"
ENTER_A_TABLE: Final = (
    "Gives a table: select as many cells as it may fill, and enter it with Ctrl+Shift+Enter."
)
LISTED_UNDER: Final = "Add-In"
"""The wizard's own category for add-ins; it does not show categories that add-ins define."""

_CELLS: Final = "sequence< sequence< any > >"
_TEXTS: Final = "sequence< sequence< string > >"
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


def build(python: str) -> bytes:
    """Return the extension; the same declarations and interpreter give the same bytes.

    Parameters
    ----------
    python : str
        Path of the interpreter that has clv_xl and that the add-in starts.
    """
    functions = list(CATALOGUE.values())
    members = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "XFunctions.idl": idl(functions),
        "clv_xl.components": _components(),
        "CalcAddIns.xcu": registry(functions),
        SETTINGS: settings(functions, python),
        "addin.py": Path(__file__).with_name("addin.py").read_text(encoding="utf-8"),
    }
    return archive.write({name: text.encode() for name, text in members.items()})


def method(name: str) -> str:
    """Return a function's or argument's name as IDL allows it: without underscores."""
    first, *more = name.lower().split("_")
    return first + "".join(word.capitalize() for word in more)


def idl(functions: Iterable[Function]) -> str:
    """Return the interface: each function takes the document (users see none), then its arguments.

    All return an array, of one element for a single value, since a method has one result type and
    an array inside an `any` shows as #VALUE!. Functions whose results are words return texts, all
    others cells: addin.py says why.
    """
    lines = []
    for function in functions:
        arguments = ["[in] com::sun::star::beans::XPropertySet xDocument"]
        arguments += [f"[in] any {argument(p)}" for p in function.parameters]
        gives = _TEXTS if isinstance(function.result, Text) else _CELLS
        lines.append(f"  {gives} {method(function.name)}({', '.join(arguments)});")
    methods = "\n".join(lines)
    return (
        "module org { module clvxl {\n"
        f" interface XFunctions : com::sun::star::uno::XInterface {{\n{methods}\n }};\n"
        "}; };\n"
    )


def argument(parameter: Parameter) -> str:
    """Return an argument's IDL name; the prefix keeps it from being a reserved word of IDL."""
    return "a" + method("_" + parameter.name)


def registry(functions: Iterable[Function]) -> str:
    """Return the registry file: names, names in files of other programs, help texts."""
    nodes = "".join(_function_node(function) for function in functions)
    return (
        f'{_XML}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="AddInInfo"><node oor:name="{IMPLEMENTATION}" oor:op="replace">'
        f'<node oor:name="AddInFunctions">\n{nodes}</node></node></node>\n</oor:component-data>\n'
    )


def _function_node(function: Function) -> str:
    arguments = "".join(
        f"<node oor:name={quoteattr(argument(parameter))} {_REPLACE}>"
        f"{_text('DisplayName', parameter.name)}"
        f"{_text('Description', argument_help(parameter))}</node>\n"
        for parameter in function.parameters
    )
    return (
        f"<node oor:name={quoteattr(method(function.name))} {_REPLACE}>"
        f"{_text('DisplayName', function.name)}"
        f"{_text('Description', function_help(function))}"
        f'<prop oor:name="Category"><value>{LISTED_UNDER}</value></prop>'
        f"{_text('CompatibilityName', function.name)}"
        f'<node oor:name="Parameters">\n{arguments}</node></node>\n'
    )


_REPLACE: Final = 'oor:op="replace"'


def _text(name: str, text: str) -> str:
    return f'<prop oor:name="{name}"><value xml:lang="en-US">{escape(text)}</value></prop>'


def function_help(function: Function) -> str:
    """Return the sentence that the wizard shows, and how to enter a function that gives a table."""
    return f"{function.summary} {ENTER_A_TABLE}" if function.is_table else function.summary


def argument_help(parameter: Parameter) -> str:
    """Return the sentence that the wizard shows, and whether the argument can be left out.

    The wizard itself calls every argument of an add-in optional.
    """
    sentence = parameter.meaning.sentence
    if parameter.required:
        return sentence
    default = parameter.default_text
    return f"{sentence} {default} if left out." if default else f"{sentence} Can be left out."


def settings(functions: Iterable[Function], python: str) -> str:
    """Return what the add-in reads: the interpreter, and the function behind each method."""
    methods = {
        method(function.name): {
            "name": function.name,
            "dates": any(p.meaning.kind is Kind.DATE for p in function.parameters),
            "texts": isinstance(function.result, Text),
            "reports": function.volatile,
        }
        for function in functions
    }
    known = {"version": version("clv_xl"), "python": python, "functions": methods}
    return json.dumps(known, indent=1, ensure_ascii=False) + "\n"


def _manifest() -> str:
    entries = {
        "XFunctions.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
        "clv_xl.components": "application/vnd.sun.star.uno-components",
        "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    }
    lines = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>\n'
        for path, kind in entries.items()
    )
    return (
        f'{_XML}<manifest:manifest xmlns:manifest="http://openoffice.org/2001/manifest">\n'
        f"{lines}</manifest:manifest>\n"
    )


def _description() -> str:
    return (
        f'{_XML}<description xmlns="http://openoffice.org/extensions/description/2006" '
        'xmlns:d="http://openoffice.org/extensions/description/2006">\n'
        f'<identifier value="{IDENTIFIER}"/>\n<version value="{version("clv_xl")}"/>\n'
        '<display-name><name lang="en">clv_xl: customer lifetime value</name></display-name>\n'
        "</description>\n"
    )


def _components() -> str:
    return (
        f'{_XML}<components xmlns="http://openoffice.org/2010/uno-components">\n'
        f'<component loader="com.sun.star.loader.Python" uri="addin.py">'
        f'<implementation name="{IMPLEMENTATION}"><service name="{SERVICE}"/></implementation>'
        "</component>\n</components>\n"
    )
