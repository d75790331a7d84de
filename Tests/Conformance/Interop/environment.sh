# What the checks of this folder begin with; read by them with the path of atelier, if one was given.

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
atelier=${1:-$root/.build/release/atelier}
python=${INTEROP_PYTHON:-$root/.build-interop-venv/bin/python}

if [ ! -x "$atelier" ]; then
    echo "There is no program at $atelier: make build" >&2
    exit 64
fi

# needs MODULES PACKAGE...: installs the packages into .build-interop-venv where the modules cannot be imported.
needs() {
    modules=$1
    shift
    if "$python" -c "import $modules" 2>/dev/null; then return; fi
    echo "Installing $* into $root/.build-interop-venv"
    [ -x "$root/.build-interop-venv/bin/python" ] || python3 -m venv "$root/.build-interop-venv"
    python=$root/.build-interop-venv/bin/python
    "$python" -m pip install --quiet "$@"
}
