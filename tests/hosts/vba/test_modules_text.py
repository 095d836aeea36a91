"""The text of the VBA: what would keep it from compiling, and what a security officer would ask.

Only Excel can compile it, and one fault there would silence every function, so names, blocks and
lines are checked here.
"""

import io
import re
import warnings

import pytest
from excel_stand_in import Stage, forget_stage, recording_workbook

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.vba.modules import modules, project_for, start_modules
from clv_xl.hosts.vba.names import CELL_REFERENCE, IDENTIFIER, RESERVED, argument_name
from clv_xl.hosts.vba.project import vba_project
from clv_xl.hosts.vba.wrappers import quote, to_ascii

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # of a library that oletools uses
    from oletools.olevba import VBA_Parser

MODULES = {module.name: module for module in modules(["Sheet1", "Sheet2"])}
START = {module.name: module for module in start_modules("Start1", "1.2.3")}
each_module = pytest.mark.parametrize(
    "module", [*MODULES.values(), *START.values()], ids=lambda module: module.name
)
each_function = pytest.mark.parametrize("function", CATALOGUE.values(), ids=lambda f: f.name)

# What the modules use of VBA and Excel; under Option Explicit any other name must be declared.
KNOWN = set(
    """
    activeworkbook application array createobject cverr isarray isobject lbound left
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


# What keeps a project from compiling.


@each_module
def test_plain_ascii_and_option_explicit(module):
    assert module.text.isascii()
    assert module.text.startswith("Option Explicit\n")
    assert "\t" not in module.text
    assert module.text.endswith("\n")


@each_module
def test_lines_stay_within_the_editors_limits(module):
    for line in module.stored_text.split("\r\n"):
        assert len(line) <= 1023
    run = 0
    for line in module.text.splitlines():
        run = run + 1 if line.endswith(" _") else 0
        assert run <= 24


@each_module
def test_procedures_stay_far_below_64_kilobytes(module):
    starts = re.split(r"^End (?:Sub|Function)$", module.text, flags=re.MULTILINE)
    assert max(map(len, starts)) < 32_000


@each_module
def test_blocks_are_closed(module):
    openers = {
        "Sub": r"(?:Public |Private )?Sub ",
        "Function": r"(?:Public |Private )?Function ",
        "If": r"If .* Then$",
        "Select": r"Select Case ",
        "For": r"For ",
        "Do": r"Do While ",
        "#If": r"#If ",
    }
    open_blocks = []
    for line in code(module.text):
        end = re.match(r"End (Sub|Function|If|Select)$|#End (If)$|(Next)\b|(Loop)$", line)
        if end:
            closed = end[1] or (end[2] and "#If") or (end[3] and "For") or "Do"
            assert open_blocks.pop() == closed
        for block, opener in openers.items():
            if re.match(opener, line):
                open_blocks.append(block)
    assert open_blocks == []


@each_module
def test_every_name_is_declared(module):
    own, public = declared_at_top(project_of(module))
    known = KNOWN | (KNOWN_TO_START if module.name == "ClvStart" else set())
    for first, lines in procedures(module.text):
        declared = set(map(str.lower, parameters_of(first)))
        for line in lines:
            declared |= {name.lower() for name in re.findall(r"^Dim (\w+)", line)}
            declared |= {name.lower() for name in re.findall(r"^(\w+):$", line)}
        for line in lines:
            unknown = names_of(line) - declared - own[module.name] - public - known - KEYWORDS
            assert not unknown, line


@each_module
def test_no_local_name_is_a_word_of_vba_or_hides_a_procedure(module):
    public = declared_at_top(project_of(module))[1]
    procedures_in_sight = public | {
        re.search(r"(?:Sub|Function) (\w+)", first)[1].lower()
        for first, _ in procedures(module.text)
    }
    for first, lines in procedures(module.text):
        local = [*parameters_of(first), *re.findall(r"^Dim (\w+)", "\n".join(lines), re.MULTILINE)]
        lower = [name.lower() for name in local]
        assert len(set(lower)) == len(lower)
        for name in local:
            assert IDENTIFIER.fullmatch(name)
            assert len(name) <= 255
            assert name.lower() not in RESERVED
            assert name.lower() not in procedures_in_sight
            assert name.lower() not in KNOWN | KNOWN_TO_START


def test_public_names_are_unique_without_regard_to_case():
    seen = [name.lower() for name in MODULES]
    for module in MODULES.values():
        for first, _ in procedures(module.text):
            if not first.startswith("Private"):
                seen.append(re.search(r"(?:Sub|Function) (\w+)", first)[1].lower())
    assert len(set(seen)) == len(seen)


@each_function
def test_names_of_functions_and_arguments_are_allowed(function):
    assert IDENTIFIER.fullmatch(function.name)
    assert not CELL_REFERENCE.fullmatch(function.name)
    assert function.name.lower() not in RESERVED | KNOWN
    names = [argument_name(parameter).lower() for parameter in function.parameters]
    assert len(set(names)) == len(names) <= 60
    assert function.name.lower() not in names


def test_a_word_of_vba_is_renamed_and_nothing_else():
    renamed = {
        parameter.name: argument_name(parameter)
        for function in CATALOGUE.values()
        for parameter in function.parameters
        if parameter.name != argument_name(parameter)
    }
    assert renamed["date"] == "date_"
    assert renamed["clv"] == "clv_"
    assert {name for name in renamed if name.upper() not in CATALOGUE} == {"date"}


@pytest.mark.parametrize("name", ["CLV1", "rfm5", "XFD12", "R", "c", "RC", "R1C1"])
def test_cell_references_are_known(name):
    assert CELL_REFERENCE.fullmatch(name)


# One wrapper a function.


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
    stock = dict(re.findall(r"^Function (\w+)\((.*)\)$", text.getvalue(), re.MULTILINE))
    ours = {
        name: re.sub(r"ByVal (\w+?)_? As Variant", r"\1", arguments)
        for name, arguments in wrappers().items()
    }
    assert ours == stock


@each_function
def test_the_wizard_is_told_of_function_and_arguments(function):
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


# What a security officer would ask.


def test_nothing_but_our_own_server_is_ever_started():
    text = "\n".join(line for module in MODULES.values() for line in code(module.text)).lower()
    forbidden = (
        "shell declare filesystemobject wscript environ kill filecopy mkdir rmdir callbyname "
        "getobject executeexcel4macro sendkeys savesetting deletesetting xmlhttp vbproject "
        "evaluate open put print write chdir loadlibrary lib"
    )
    for word in forbidden.split():
        assert not re.search(rf"\b{word}\b", text), word
    assert text.count("createobject") == text.count("createobject(servername)") == 1
    assert len(re.findall(r"\brun\b", text)) == text.count("application.run(startfunction)") == 1
    host = MODULES["ClvHost"].text
    assert 'Private Const ServerName As String = "ClvXl.Server"' in host
    assert 'Private Const StartAddin As String = "clv_xl_start.xlam"' in host
    assert """Const StartFunction As String = "'clv_xl_start.xlam'!ClvStartedServer\"\n""" in host


def test_a_scanner_of_macros_finds_what_the_readme_admits_and_no_more():
    parser = VBA_Parser("vbaProject.bin", data=project_for(["Sheet1"]))
    found = {(kind, word) for kind, word, _ in parser.analyze_macros()}
    parser.close()
    assert found <= {
        ("AutoExec", "Workbook_Open"),  # tells the function wizard of the functions
        ("Suspicious", "CreateObject"),  # our own server
        ("Suspicious", "Run"),  # our own start add-in
        ("Suspicious", "Hex Strings"),  # the classes of workbook and sheets
        ("Suspicious", "Base64 Strings"),  # names of functions
    }
    assert ("Suspicious", "CreateObject") in found


def test_functions_of_windows_are_declared_in_the_start_add_in_alone():
    declared = re.compile(r"declare\b.*function (\w+) lib \"([^\"]*)\"", re.IGNORECASE)
    for module in MODULES.values():
        assert "declare" not in " ".join(code(module.text)).lower()
        assert not declared.search(module.text)
    assert set(declared.findall(START["ClvStart"].text)) == {
        ("LoadLibraryW", "kernel32"),
        ("XLPyDLLActivateAuto", "xlwings64-1.2.3.dll"),
        ("XLPyDLLActivateAuto", "xlwings32-1.2.3.dll"),
    }
    assert code(START["ThisWorkbook"].text) == ["Option Explicit"]


def test_the_start_add_in_reads_one_file_and_writes_none():
    text = "\n".join(code(START["ClvStart"].text)).lower()
    forbidden = (
        "shell filesystemobject wscript kill filecopy mkdir rmdir callbyname createobject "
        "getobject run evaluate range worksheets activeworkbook thisworkbook caller output append "
        "binary put print write chdir curdir application"
    )
    for word in forbidden.split():
        assert not re.search(rf"\b{word}\b", text), word
    assert re.findall(r"^open .*$", text, re.MULTILINE) == [
        'open folder & "" for input access read as #number'
    ]
    assert text.count("environ") == 1


def test_a_scanner_of_macros_finds_in_the_start_add_in_what_it_is_for():
    parser = VBA_Parser("vbaProject.bin", data=vba_project(list(START.values())))
    texts = {name.partition(".")[0]: text for _, _, name, text in parser.extract_all_macros()}
    found = {
        word for kind, word, _ in parser.analyze_macros() if kind in ("Suspicious", "AutoExec")
    }
    parser.close()
    for module in START.values():
        assert texts[module.name].replace("\r\n", "\n").endswith(module.text)
    assert found <= {
        "Environ",
        "Open",
        "Lib",
        "Declare",
        "LoadLibraryW",
        "Windows",  # of comments
        "Hex Strings",
        "Base64 Strings",
    }
    assert {"Environ", "Open", "Lib"} <= found


def test_opening_the_workbook_only_describes():
    lines = code(MODULES["ThisWorkbook"].text)
    assert lines == ["Option Explicit", "Private Sub Workbook_Open()", "ClvDescribe", "End Sub"]
    assert code(MODULES["Sheet1"].text) == ["Option Explicit"]


def test_only_functions_show_up_in_formulas():
    for name in ("ClvHost", "ClvDescriptions"):
        assert "Option Private Module" in MODULES[name].text
    for first, _ in procedures(MODULES["ClvRibbon"].text):
        assert " Function " not in first
