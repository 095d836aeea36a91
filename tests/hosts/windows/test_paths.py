"""Where the files lie on a Windows computer."""

from clv_xl.hosts.windows import paths


def test_pythonw_serves_where_it_is(computer):
    windowless = computer / "Python 3" / "pythonw.exe"
    windowless.touch()
    assert paths.interpreter() == windowless
