"""Workbook files: their formula cells read, a copy for the engine, values stored.

A sheet is read in its plain form (`plain_sheet`); one that is written otherwise (`filed_rows`) is
given back as its program wrote it but for the cells that change.
"""
