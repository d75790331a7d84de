#!/bin/sh
# Compares the figures NIQE and LPIPS of `atelier evaluate` with those of BasicSR and of the lpips package.
#
#     sh Tests/Conformance/Interop/figures.sh [path of atelier]
#
# INTEROP_PYTHON names an interpreter that has torch, torchvision, lpips, scipy, safetensors and pillow, which are too
# large to be installed for this. Of BasicSR (170 kB, from PyPI) two modules are used, in a folder that is removed
# afterwards.
set -eu

. "$(dirname "$0")/environment.sh"
if ! "$python" -c 'import torch, torchvision, lpips, scipy, safetensors, PIL' 2>/dev/null; then
    echo "No torch, torchvision, lpips, scipy, safetensors and pillow in $python: figures are not compared with theirs"
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --no-build-isolation \
    --dest "$work" basicsr==1.4.2
tar xzf "$work"/basicsr-1.4.2.tar.gz -C "$work"
mkdir "$work/images"
"$python" "$here/figures.py" "$atelier" "$work/images" "$work/basicsr-1.4.2"
