"""The add-in, with stand-ins for LibreOffice's modules and a real child process."""

from __future__ import annotations

import io
import struct
import sys
import types
import zipfile
from pathlib import Path

import pytest

from clv_xl.hosts.libreoffice import extension

ADDIN = Path(extension.__file__).with_name("addin.py")


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


@pytest.fixture
def addin(tmp_path, monkeypatch):
    class Helper:
        def addImplementation(self, *_):
            pass

    stand_ins = {
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
    for name, content in stand_ins.items():
        module = types.ModuleType(name)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)

    def load(python: str = sys.executable) -> types.ModuleType:
        with zipfile.ZipFile(io.BytesIO(extension.build(python))) as archive:
            archive.extractall(tmp_path)
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


def started(addin, python: str = sys.executable):
    load, workers = addin
    module = load(python)
    found = module.AddIn(Context())
    workers.append(found)
    return module, found


def test_a_call_goes_to_the_users_python_and_back(addin):
    _, functions = started(addin)
    assert functions.clv(None, 1000.0, 6.0, 5.0, None, None, None, None) == ((30000.0,),)
    ((version,),) = functions.clvVersion(None)
    assert version.endswith("LibreOffice")


def test_a_worker_that_died_is_started_anew(addin):
    _, functions = started(addin)
    functions.clv(None, 1000.0, 6.0, 5.0)
    first = functions._worker._process
    first.kill()
    first.wait()
    assert functions.clv(None, 1000.0, 6.0, 5.0) == ((30000.0,),)
    assert functions._worker._process.pid != first.pid


def test_the_worker_ends_when_its_input_ends(addin):
    _, functions = started(addin)
    functions.clv(None, 1000.0, 6.0, 5.0)
    process = functions._worker._process
    process.stdin.close()
    assert process.wait(30) == 0


def test_a_python_that_cannot_be_reached_is_said_where_users_look(addin, tmp_path):
    _, functions = started(addin, str(tmp_path / "no-python"))
    ((cell,),) = functions.clv(None, 1000.0, 6.0, 5.0)
    assert struct.unpack("<Q", struct.pack("<d", cell))[0] & 0xFFFF == 525
    for report in (functions.clvVersion(None), functions.clvErrors(None, None)):
        assert "clv-xl install libreoffice" in report[0][0]


def test_a_module_beside_the_document_is_not_imported(addin, tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise SystemExit('imported')")
    (tmp_path / "statistics.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))
    _, functions = started(addin)
    assert functions.clv(None, 1000.0, 6.0, 5.0) == ((30000.0,),)


def test_many_threads_get_their_own_answers(addin):
    from concurrent.futures import ThreadPoolExecutor

    _, functions = started(addin)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: functions.clv(None, float(n), 1.0, 1.0), range(200)))
    assert found == [((float(n),),) for n in range(200)]


def test_only_the_used_part_of_a_whole_column_is_sent(addin):
    module, _ = started(addin)
    column = ((1.0,), (2.0,), *((("",),) * 1_048_574))
    assert module.pack_argument(column) == (1_048_576, ((1.0,), (2.0,)))
    assert module.pack_argument(column[:5]) == (5, column[:5])
    assert module.pack_argument(3.0) == 3.0
