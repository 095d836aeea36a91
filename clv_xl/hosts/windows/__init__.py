"""Excel on Windows: the COM server that computes, its registration, the add-in, the checks."""

from clv_xl.hosts.windows.diagnosis import diagnose, diagnose_workbook
from clv_xl.hosts.windows.installation import install, uninstall

__all__ = ["diagnose", "diagnose_workbook", "install", "uninstall"]
