"""Workbook files: their formula cells read, a copy for the engine, values stored byte for byte."""
