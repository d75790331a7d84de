#!/bin/sh
# Checks with the real packages from PyPI that the files we write are what they claim to be.
#
#     sh Tests/Interop/check.sh [path of atelier]
#
# Trains a few steps on pictures drawn on the spot, in a folder that is removed afterwards; TensorBoard then reads the
# event files and the safetensors package the weights. INTEROP_PYTHON names an interpreter that has both; otherwise
# they are installed into .build-interop-venv.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
atelier=${1:-$root/.build/release/atelier}
python=${INTEROP_PYTHON:-$root/.build-interop-venv/bin/python}

if [ ! -x "$atelier" ]; then
    echo "There is no program at $atelier: make build" >&2
    exit 64
fi
if ! "$python" -c 'import numpy, PIL, safetensors, tensorboard' 2>/dev/null; then
    echo "Installing tensorboard and safetensors into $root/.build-interop-venv"
    python3 -m venv "$root/.build-interop-venv"
    python=$root/.build-interop-venv/bin/python
    "$python" -m pip install --quiet tensorboard safetensors numpy pillow
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
"$python" "$here/check.py" "$atelier" "$work"

# PyTorch is large: the comparison with it is made where it is there.
if "$python" -c 'import torch' 2>/dev/null; then
    "$python" "$here/check_translators.py" --atelier "$atelier" --ngf "${INTEROP_NGF:-8}"
else
    echo "No torch in $python: translators are not compared with PyTorch's"
fi
