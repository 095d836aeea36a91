"""The extension file, and both ends of the pipe, without LibreOffice."""

from __future__ import annotations

import io
import math
import struct
import sys
import types
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from clv_xl import session
from clv_xl.cells import MISSING, CellError
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.libreoffice import extension, worker

ADDIN = Path(extension.__file__).with_name("addin.py")


@pytest.fixture(autouse=True)
def _same_host():
    before = session.host
    yield
    session.host = before


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# The file.


def test_the_same_interpreter_gives_the_same_bytes():
    assert extension.build("/a/python") == extension.build("/a/python")
    assert extension.build("/a/python") != extension.build("/b/python")


def test_every_function_and_argument_is_named_and_explained():
    root = etree.fromstring(members(extension.build("python"))["CalcAddIns.xcu"])
    text = etree.tostring(root, encoding="unicode")
    for function in CATALOGUE.values():
        assert f">{function.name}<" in text
        for parameter in function.parameters:
            assert f">{parameter.name}<" in text


def test_xml_parts_are_well_formed():
    parts = members(extension.build("python"))
    for name, content in parts.items():
        if name.endswith((".xml", ".xcu", ".components")):
            etree.fromstring(content)


def test_names_are_what_idl_allows():
    methods = [extension.method(name) for name in CATALOGUE]
    assert len({name.upper() for name in methods}) == len(methods)
    for function in CATALOGUE.values():
        names = [extension.argument(parameter) for parameter in function.parameters]
        assert len(set(names)) == len(names)
        assert all(name.isalnum() for name in [*names, extension.method(function.name)])


def test_the_addin_needs_nothing_but_the_standard_library_and_uno():
    import ast

    allowed = set(sys.stdlib_module_names) | {"uno", "unohelper", "com", "org"}
    for name in ("addin.py", "drive.py"):
        tree = ast.parse(ADDIN.with_name(name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= allowed
            if isinstance(node, ast.ImportFrom):
                assert node.module.split(".")[0] in allowed


# The worker: cells of Calc to cells of the door and back.


def error_number(cell: float) -> int:
    return struct.unpack("<Q", struct.pack("<d", cell))[0] & 0xFFFF


def test_answers_are_rows_of_numbers_and_texts():
    assert worker.answer("CLV", 0, (1000.0, 6.0, 5.0)) == ((30000.0,),)
    assert worker.answer("CLV", 0, ((2, ((100.0,), (200.0,))), 2.0, 3.0)) == ((600.0,), (1200.0,))


def test_error_values_carry_calcs_number():
    for formula, number in (((300.0, 0.0), 532), ((300.0, -1.0), 503)):
        ((cell,),) = worker.answer("CAC_RATIO", 0, formula)
        assert math.isnan(cell)
        assert error_number(cell) == number
    assert set(worker.ERROR_NUMBERS) == set(CellError)


def test_words_are_texts_throughout():
    scores = (2, ((5.0,), (9.0,)))
    assert worker.answer("RFM_SEGMENT", 0, (scores, scores, scores)) == (("Champions",), ("#NUM!",))
    assert worker.answer("RFM_SEGMENT", 0, (5.0, 5.0, 5.0)) == (("Champions",),)
    assert worker.answer("RFM_SEGMENT", 0, (9.0, 5.0, 5.0)) is None


def test_a_call_at_fault_as_a_whole_has_no_rows():
    assert worker.answer("CLV", 0, ("abc", 1.0, 1.0)) is None


def test_arguments_left_out_and_blanks_are_told_apart():
    assert worker.decode(None) is MISSING
    assert worker.decode("") is None
    assert worker.decode((2, (("",), ("a",)))) == [[None], ["a"]]


def test_a_whole_column_has_its_height_again():
    rows = worker.decode((1_048_576, ((1.0, ""), (2.0, "b"))))
    assert len(rows) == 1_048_576
    assert rows[:3] == [[1.0, None], [2.0, "b"], [None, None]]


def test_days_of_1904_are_read_as_such():
    days = (2, ((45292.0 - 1462,), (45293.0 - 1462,)))
    rows = worker.answer("CLV_COHORT", 1462, ((2, (("a",), ("b",))), days))
    assert rows[1][0] == "2024-01"


# The add-in's end of the pipe, with stand-ins for LibreOffice's modules.


@pytest.fixture
def addin(tmp_path, monkeypatch):
    class Helper:
        def addImplementation(self, *_):
            pass

    stands = {
        "uno": {},
        "unohelper": {"Base": type("Base", (), {}), "ImplementationHelper": Helper},
        "com": {},
        "com.sun": {},
        "com.sun.star": {},
        "com.sun.star.lang": {"XServiceInfo": type("XServiceInfo", (), {})},
        "com.sun.star.uno": {"RuntimeException": type("RuntimeException", (Exception,), {})},
        "org": {},
        "org.clvxl": {"XFunctions": type("XFunctions", (), {})},
    }
    for name, content in stands.items():
        module = types.ModuleType(name)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)

    def load(python: str = sys.executable) -> types.ModuleType:
        for name, content in members(extension.build(python)).items():
            target = tmp_path / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
        module = types.ModuleType("addin")
        module.__file__ = str(tmp_path / "addin.py")
        exec(compile(ADDIN.read_text(encoding="utf-8"), "addin.py", "exec"), module.__dict__)
        loaded.append(module)
        return module

    loaded: list[types.ModuleType] = []
    workers: list = []
    yield load, workers
    for one in workers:
        one._worker._stop()


class Context:
    ServiceManager = None


def begun(addin, python: str = sys.executable):
    load, workers = addin
    module = load(python)
    found = module.AddIn(Context())
    workers.append(found)
    return module, found


def test_a_call_goes_to_the_users_python_and_back(addin):
    _, functions = begun(addin)
    assert functions.clv(None, 1000.0, 6.0, 5.0, None, None, None, None) == ((30000.0,),)
    ((said,),) = functions.clvVersion(None)
    assert said.endswith("LibreOffice")


def test_a_worker_that_died_is_started_anew(addin):
    _, functions = begun(addin)
    functions.clv(None, 1000.0, 6.0, 5.0)
    first = functions._worker._process
    first.kill()
    first.wait()
    assert functions.clv(None, 1000.0, 6.0, 5.0) == ((30000.0,),)
    assert functions._worker._process.pid != first.pid


def test_the_worker_ends_when_its_input_ends(addin):
    _, functions = begun(addin)
    functions.clv(None, 1000.0, 6.0, 5.0)
    process = functions._worker._process
    process.stdin.close()
    assert process.wait(30) == 0


def test_a_python_that_cannot_be_reached_is_said_where_users_look(addin, tmp_path):
    _, functions = begun(addin, str(tmp_path / "no-python"))
    ((cell,),) = functions.clv(None, 1000.0, 6.0, 5.0)
    assert error_number(cell) == 525
    for report in (functions.clvVersion(None), functions.clvErrors(None, None)):
        assert "clv-xl install libreoffice" in report[0][0]


def test_a_module_beside_the_document_is_not_imported(addin, tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit('imported')")
    (tmp_path / "statistics.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    _, functions = begun(addin)
    assert functions.clv(None, 1000.0, 6.0, 5.0) == ((30000.0,),)


def test_many_threads_get_their_own_answers(addin):
    from concurrent.futures import ThreadPoolExecutor

    _, functions = begun(addin)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: functions.clv(None, float(n), 1.0, 1.0), range(200)))
    assert found == [((float(n),),) for n in range(200)]


def test_only_the_used_part_of_a_whole_column_is_sent(addin):
    module, _ = begun(addin)
    column = ((1.0,), (2.0,), *((("",),) * 1_048_574))
    assert module.pack_argument(column) == (1_048_576, ((1.0,), (2.0,)))
    assert module.pack_argument(column[:5]) == (5, column[:5])
    assert module.pack_argument(3.0) == 3.0
