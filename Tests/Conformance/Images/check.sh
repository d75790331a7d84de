#!/bin/sh
# Compares what ImageFiles makes of WebP, TIFF, GIF and BMP files with dwebp, libtiff's tools and Pillow.
#
#     Tests/Conformance/Images/check.sh [folder with more images ...]
#
# Needs cwebp and dwebp (webp) and tiffcp and tiff2rgba (libtiff-tools). Pillow and numpy come from PyPI unless
# IMAGES_PYTHON names a Python that has them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
python=${IMAGES_PYTHON:-$root/.build-images-venv/bin/python}
build=${IMAGES_BUILD:-$root/.build/images-decoder}
for tool in cwebp dwebp tiffcp tiff2rgba; do
    command -v "$tool" >/dev/null || { echo "There is no $tool: apt-get install webp libtiff-tools" >&2; exit 64; }
done
if ! "$python" -c "import PIL, numpy" 2>/dev/null; then
    echo "Installing Pillow into $root/.build-images-venv"
    python3 -m venv "$root/.build-images-venv"
    python=$root/.build-images-venv/bin/python
    "$python" -m pip install --quiet pillow==13.0.0 numpy
fi
swift build --package-path "$here/Decoder" --scratch-path "$build" --quiet
exec "$python" "$here/check.py" "$build/debug/decoder" "$@"
