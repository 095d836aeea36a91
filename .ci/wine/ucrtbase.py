"""Writes Wine's C runtime with four functions that are stubs in it: `ucrtbase.py FROM TO`.

numpy calls crealf while it is imported; in Wine 8.0 to 10.0 it is a stub that ends the process. By
the convention of 64-bit Windows a float complex comes in RCX, a double complex by address in RCX.
The mark that this is Wine's own file is removed, or Wine would load its own instead.
"""

import struct
import sys
from pathlib import Path

CODE = {
    b"creal": "F20F1001C3",  # movsd xmm0, [rcx]; ret
    b"cimag": "F20F104108C3",  # movsd xmm0, [rcx+8]; ret
    b"crealf": "660F6EC1C3",  # movd xmm0, ecx; ret
    b"cimagf": "48C1E920660F6EC1C3",  # shr rcx, 32; movd xmm0, ecx; ret
}
MARK = b"Wine builtin DLL"


class Library:
    """A 64-bit DLL, as far as its exported functions go."""

    def __init__(self, content: bytes) -> None:
        self.content = bytearray(content)
        header = self._number(0x3C)
        first = header + 24 + self._number(header + 20, "<H")
        count = self._number(header + 6, "<H")
        self._sections = [
            struct.unpack_from("<IIII", self.content, first + 40 * place + 8)
            for place in range(count)
        ]
        self.exports = self._exports(self._offset(self._number(header + 24 + 112)))

    def replace(self, name: bytes, code: bytes) -> None:
        """Put code in the place of a function; the next one must begin behind it."""
        start = self.exports[name]
        if any(start < other < start + len(code) for other in self.exports.values()):
            raise ValueError("There is no room for the code")
        at = self._offset(start)
        self.content[at : at + len(code)] = code

    def _exports(self, table: int) -> dict[bytes, int]:
        count, functions, names, places = struct.unpack_from("<IIII", self.content, table + 24)
        found = {}
        for number in range(count):
            at = self._offset(self._number(self._offset(names) + 4 * number))
            name = bytes(self.content[at : self.content.index(0, at)])
            place = self._number(self._offset(places) + 2 * number, "<H")
            found[name] = self._number(self._offset(functions) + 4 * place)
        return found

    def _number(self, at: int, kind: str = "<I") -> int:
        return int(struct.unpack_from(kind, self.content, at)[0])

    def _offset(self, address: int) -> int:
        """Return where in the file an address of memory is."""
        return next(
            address - start + raw
            for size, start, stored, raw in self._sections
            if start <= address < start + max(size, stored)
        )


if __name__ == "__main__":
    library = Library(Path(sys.argv[1]).read_bytes())
    for function, code in CODE.items():
        library.replace(function, bytes.fromhex(code))
    at = library.content.find(MARK, 0, 0x100)
    library.content[at : at + len(MARK)] = bytes(len(MARK))
    Path(sys.argv[2]).unlink(missing_ok=True)  # it may be a link to Wine's own
    Path(sys.argv[2]).write_bytes(library.content)
