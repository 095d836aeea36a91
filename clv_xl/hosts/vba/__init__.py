"""The VBA project inside a workbook, written from the declarations.

The text of the modules is generated or stored in `text/`. The file follows the specifications
[MS-OVBA] and [MS-CFB] and holds source only: Excel compiles it when it opens the workbook.
"""
