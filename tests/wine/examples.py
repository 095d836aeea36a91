"""Every example of the catalogue over COM, compared with the same call without it."""

import sys

import pythoncom
import win32com.client

sys.path.insert(0, "tests")
from cell_calls import call
from excel_stand_in import MISSING_CODE, example_arguments, sent

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.excel_cells import encode
from clv_xl.hosts.windows.identity import PROG_ID

LEFT_OUT = win32com.client.VARIANT(pythoncom.VT_ERROR, MISSING_CODE)


def over_com(argument: object) -> object:
    """Return an argument as pywin32 sends it; one that is left out as Excel leaves it out."""
    given = sent(argument)
    return LEFT_OUT if given == MISSING_CODE else given


def as_rows(answer: object) -> list[list[object]]:
    """Return the rows of an answer; xlwings gives a single cell as it is."""
    return [list(row) for row in answer] if isinstance(answer, tuple) else [[answer]]


if __name__ == "__main__":
    server = win32com.client.Dispatch(PROG_ID)
    asked, different = 0, []
    for name, function in CATALOGUE.items():
        for arguments in [] if function.volatile else example_arguments(name):
            words = tuple(map(over_com, arguments))
            answer = as_rows(server.CallUDF("clv_xl.hosts.excel", name, words))
            asked += 1
            if answer != encode(call(name, arguments)):
                different.append(name)
    sys.stdout.write(f"note  {asked} calls of {len(CATALOGUE)} functions\n")
    sys.stdout.write(f"differ: {' '.join(different)}\n" if different else "all alike\n")
