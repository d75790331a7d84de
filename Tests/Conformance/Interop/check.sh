#!/bin/sh
# Checks with the real packages from PyPI that the files we write are what they claim to be.
#
#     sh Tests/Conformance/Interop/check.sh [path of atelier]
#
# Trains a few steps on images drawn on the spot, in a folder that is removed afterwards; TensorBoard then reads the
# event files and the safetensors package the weights. INTEROP_PYTHON names an interpreter that has both; otherwise
# they are installed into .build-interop-venv.
set -eu

. "$(dirname "$0")/environment.sh"
needs 'numpy, PIL, safetensors, tensorboard' tensorboard safetensors numpy pillow

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
"$python" "$here/check.py" "$atelier" "$work"

# PyTorch is large: the comparison with it is made where it is there.
if "$python" -c 'import torch' 2>/dev/null; then
    "$python" "$here/check_translators.py" --atelier "$atelier" --ngf "${INTEROP_NGF:-8}"
else
    echo "No torch in $python: translators are not compared with PyTorch's"
fi
