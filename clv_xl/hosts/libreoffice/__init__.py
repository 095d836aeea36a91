"""LibreOffice Calc: our functions in its cells, and its own computation of a workbook.

`install` and `uninstall` put the add-in into the user's LibreOffice and take it away, `diagnose`
tells what is amiss, `compute` and `save_as` let a LibreOffice of our own compute or convert a file.
"""

from clv_xl.hosts.libreoffice.computation import compute, save_as
from clv_xl.hosts.libreoffice.diagnosis import diagnose
from clv_xl.hosts.libreoffice.installation import install, uninstall

__all__ = ["compute", "diagnose", "install", "save_as", "uninstall"]
