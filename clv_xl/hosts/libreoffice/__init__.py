"""LibreOffice Calc: the functions as an add-in, and LibreOffice as a calculator of files.

`install` and `uninstall` add the add-in to the user's LibreOffice and remove it, `diagnose` reports
what is wrong, `compute` and `save_as` run a separate LibreOffice that computes or converts a file.
"""

from clv_xl.hosts.libreoffice.computation import compute, save_as
from clv_xl.hosts.libreoffice.diagnosis import diagnose
from clv_xl.hosts.libreoffice.installation import install, uninstall

__all__ = ["compute", "diagnose", "install", "save_as", "uninstall"]
