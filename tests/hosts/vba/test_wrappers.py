"""The wrappers of the functions in VBA, and their descriptions."""

import io
import re

import pytest
from excel_stand_in import Stage, forget_stage, recording_workbook
from hosts.vba.vba_text import MODULES, each_function

from clv_xl.hosts.vba.names import argument_name
from clv_xl.hosts.vba.wrappers import quote, to_ascii


def wrappers():
    return dict(
        re.findall(
            r"^Public Function (\w+)\((.*?)\) As Variant$",
            re.sub(r" _\n\s*", " ", MODULES["ClvFunctions"].text).replace("( ", "("),
            re.MULTILINE,
        )
    )


@each_function
def test_a_wrapper_hands_all_arguments_on_in_order(function):
    names = [argument_name(parameter) for parameter in function.parameters]
    declared = [
        f"{'' if parameter.required else 'Optional '}ByVal {name} As Variant"
        for parameter, name in zip(function.parameters, names, strict=True)
    ]
    assert wrappers()[function.name] == ", ".join(declared)
    body = re.sub(r" _\n\s*", " ", MODULES["ClvFunctions"].text).replace("( ", "(")
    called = f'    {function.name} = ClvAnswer("{function.name}", Array({", ".join(names)}))\n'
    assert body.count(called) == 1


def test_agrees_with_the_wrappers_that_xlwings_writes():
    with pytest.MonkeyPatch.context() as patch:
        stage = Stage(patch)
        text = io.StringIO()
        stage.udfs.generate_vba_wrapper(
            "clv_xl.hosts.excel", stage.functions, text, recording_workbook()
        )
    forget_stage()
    from_xlwings = dict(re.findall(r"^Function (\w+)\((.*)\)$", text.getvalue(), re.MULTILINE))
    generated = {
        name: re.sub(r"ByVal (\w+?)_? As Variant", r"\1", arguments)
        for name, arguments in wrappers().items()
    }
    assert generated == from_xlwings


@each_function
def test_the_wizard_gets_descriptions_of_function_and_arguments(function):
    text = re.sub(r" _\n\s*", " ", MODULES["ClvDescriptions"].text)
    line = next(
        line for line in text.splitlines() if line.startswith(f'    Describe "{function.name}", ')
    )
    strings = [found.replace('""', '"') for found in re.findall(r'"((?:[^"]|"")*)"', line)]
    assert strings[:2] == [function.name, f"Customer value: {function.category}"]
    assert strings[2].startswith(to_ascii(function.summary)[:250])
    assert strings[3:] == [
        to_ascii(parameter.meaning.sentence) for parameter in function.parameters
    ]
    assert max(map(len, strings)) <= 255
    attribute = f"Attribute {function.name}.VB_Description = {quote(strings[2])}"
    assert attribute in MODULES["ClvFunctions"].text.splitlines()


def test_text_in_vba_is_ascii_with_quotes_doubled():
    assert quote('a "b" \u00d7 caf\u00e9 \u2013 c') == '"a ""b"" x cafe - c"'
