#!/bin/sh
# Compares the EXIF, IPTC and XMP of images before and after ImageFiles has written them in every format, by ExifTool.
#
#     Tests/Conformance/Images/metadata.sh FOLDER
#
# FOLDER has photos of many makers, with their maker notes: those in t/images of ExifTool's source (apt-get source
# libimage-exiftool-perl) are such. More are made of them: other byte orders, places, IPTC and XMP, TIFF, PNG and WebP
# files, all orientations. Needs exiftool (libimage-exiftool-perl). The result is a table, and a list of fields that
# changed without a reason.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
build=${IMAGES_BUILD:-$root/.build/images-decoder}
[ $# -eq 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 64; }
command -v exiftool >/dev/null || { echo "There is no exiftool: apt-get install libimage-exiftool-perl" >&2; exit 64; }
swift build --package-path "$here/Decoder" --scratch-path "$build" --quiet
exec python3 "$here/metadata.py" "$build/debug/decoder" "$1"
