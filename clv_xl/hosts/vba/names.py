"""Names in VBA: its reserved words, and the arguments that are renamed because of them."""

from __future__ import annotations

import re
from typing import Final

from clv_xl.functions import CATALOGUE
from clv_xl.functions.spec import Parameter

# [MS-VBAL] 3.3.5.2, the reserved identifiers, and words with a meaning in some statements.
RESERVED: Final = frozenset(
    """
    abs access addressof alias and any append array as attribute base binary boolean byref byte
    byval call case cbool cbyte ccur cdate cdbl cdec cdecl cint circle class clng clnglng clngptr
    close compare const csng cstr currency cvar cverr database date debug decimal declare defbool
    defbyte defcur defdate defdbl defdec defint deflng deflnglng deflngptr defobj defsng defstr
    defvar dim do doevents double each else elseif empty end endif enum eqv erase error event exit
    explicit false fix for friend function get global gosub goto if imp implements in input inputb
    int integer is lbound len lenb let lib like line lineinput lock long longlong longptr loop lset
    me mid mod module name new next not nothing null object on open option optional or output
    paramarray preserve print private property pset ptrsafe public put raiseevent random read redim
    rem reset resume return rset scale seek select set sgn shared single spc static step stop string
    sub tab text then to true type typeof ubound unlock until variant wend while width with
    withevents write xor
    """.split()  # noqa: SIM905
)

CELL_REFERENCE: Final = re.compile(
    r"[a-z]{1,3}[0-9]+|r[0-9]*|c[0-9]*|r[0-9]*c[0-9]*", re.IGNORECASE
)
IDENTIFIER: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LONGEST_NAME: Final = 255


def argument_name(parameter: Parameter) -> str:
    """Return an argument's name in VBA: the declared one, with ``_`` added if that is not allowed.

    Not allowed are reserved words and the functions' names: VBA writes a name with the same
    capitals everywhere, so an argument ``clv`` would turn a formula into ``=clv(1000,6,5)``.
    """
    name = parameter.name
    not_allowed = name.lower() in RESERVED or name.upper() in CATALOGUE
    return f"{name}_" if not_allowed else name
