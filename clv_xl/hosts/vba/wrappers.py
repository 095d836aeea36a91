"""VBA generated from the declarations: a wrapper for each function, and the descriptions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from clv_xl.functions import CATALOGUE, CATEGORIES, Function
from clv_xl.hosts.excel_help import category, cut, description
from clv_xl.hosts.vba.names import argument_name

SIGNS: Final = str.maketrans({"\u00d7": "x", "\u2013": "-", "\u2014": "-", "\u2019": "'"})
INDENT: Final = " " * 4


def functions_text() -> str:
    """Return the text of the module of wrappers: every function by its public name."""
    head = [
        "Option Explicit",
        "",
        "' The functions of clv_xl, as formulas name them. Made from their declarations.",
    ]
    return _lines(
        [*head, *(line for function in CATALOGUE.values() for line in _wrapper_lines(function))]
    )


def _wrapper_lines(function: Function) -> list[str]:
    names = [argument_name(parameter) for parameter in function.parameters]
    arguments = [
        f"{'' if parameter.required else 'Optional '}ByVal {name} As Variant"
        for parameter, name in zip(function.parameters, names, strict=True)
    ]
    return [
        "",
        *_split_list(f"Public Function {function.name}(", arguments, ") As Variant", indent=2),
        f"Attribute {function.name}.VB_Description = {quote(description(function))}",
        f'Attribute {function.name}.VB_ProcData.VB_Invoke_Func = " \\n14"',
        *_split_list(
            f"{INDENT}{function.name} = ClvAnswer({quote(function.name)}, Array(",
            names,
            "))",
            indent=2,
        ),
        "End Function",
    ]


def descriptions_text() -> str:
    """Return the text of the module that gives Excel's wizard categories and descriptions."""
    by_category = {
        title: [function for function in CATALOGUE.values() if function.category == title]
        for title in CATEGORIES
    }
    used = [title for title, functions in by_category.items() if functions]
    lines = [
        "Option Explicit",
        "Option Private Module",
        "",
        "' What Excel's function wizard says of each function and its arguments.",
        "",
        "Public Sub ClvDescribe()",
        "    Dim unchanged As Boolean",
        "    ' An Excel that will not take a description is no reason to stop.",
        "    On Error Resume Next",
        "    unchanged = ThisWorkbook.Saved",
        *(f"{INDENT}{_describer(title)}" for title in used),
        "    ThisWorkbook.Saved = unchanged",
        "End Sub",
        "",
        "Private Sub Describe(ByVal functionName As String, ByVal category As String, _",
        "        ByVal sentence As String, ByVal sentences As Variant)",
        "    Dim macroName As String",
        "    On Error Resume Next",
        """    macroName = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & functionName""",
        "    If UBound(sentences) < 0 Then",
        "        Application.MacroOptions Macro:=macroName, Description:=sentence, _",
        "            Category:=category",
        "    Else",
        "        Application.MacroOptions Macro:=macroName, Description:=sentence, _",
        "            Category:=category, ArgumentDescriptions:=sentences",
        "    End If",
        "End Sub",
    ]
    for title in used:
        lines += ["", f"Private Sub {_describer(title)}()"]
        for function in by_category[title]:
            lines += _describe_lines(function)
        lines.append("End Sub")
    return _lines(lines)


def _describer(title: str) -> str:
    """Return the name of the procedure that describes the functions of a category."""
    return f"Describe{title.title().replace(' ', '')}"


def _describe_lines(function: Function) -> list[str]:
    sentences = [quote(cut(parameter.meaning.sentence)) for parameter in function.parameters]
    return [
        f"{INDENT}Describe {quote(function.name)}, {quote(category(function))}, _",
        f"{INDENT * 2}{quote(description(function))}, _",
        *_split_list(f"{INDENT * 2}Array(", sentences, ")", indent=3, always=True),
    ]


def to_ascii(text: str) -> str:
    """Return a text in plain ASCII, which is all that the modules hold."""
    return unicodedata.normalize("NFKD", text.translate(SIGNS)).encode("ascii", "ignore").decode()


def quote(text: str) -> str:
    """Return a text as a string literal of VBA."""
    return '"' + to_ascii(text).replace('"', '""') + '"'


def _split_list(
    before: str, parts: Sequence[str], after: str, *, indent: int, always: bool = False
) -> list[str]:
    """Return a list in one line if it is short, else one part per line."""
    whole = before + ", ".join(parts) + after
    if len(parts) < 2 or (len(whole) <= 100 and not always):
        return [whole]
    inner = [f"{INDENT * indent}{part}, _" for part in parts[:-1]]
    return [f"{before} _", *inner, f"{INDENT * indent}{parts[-1]}{after}"]


def _lines(lines: Iterable[str]) -> str:
    return "".join(line + "\n" for line in lines)
