"""The VBA project inside a workbook, written from the declarations.

The text of the modules is ours; the file is written to the public specifications [MS-OVBA] and
[MS-CFB], holding source only: Excel compiles it when it opens the workbook.
"""
