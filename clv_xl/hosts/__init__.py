"""The programs that call the functions, a folder or module for each.

The contract of a host:

- decode: turn the program's cells into arguments of `call` (`cells.Argument`; `MISSING` if left
  out, a `CellError` for an error value), and leave all checking to `call`.
- encode: turn `Reply.cells` into the program's cells, element by element.
- error table: map every `CellError` to the program's own error values, and back.
- name: set `session.host` to the program's name, which CLV_VERSION shows.
- describe: read names, categories, arguments and help from `functions.CATALOGUE`; write no lists.
- install, uninstall: change the current user's settings only, and say in sentences what was done.
- diagnose: yield (in order, sentence) for each check; the sentence of a fault ends in its remedy.

A host with no program to install into (`recalc`) has the first four only. The formulas of `lambdas`
compute by themselves: it writes the error table into them, and describes. There is no base class:
`clv_xl.installation` names the hosts that can be installed, and tests/hosts has a folder for each.
"""
