"""The sheets of the workbook, one file each, and what several of them share."""
