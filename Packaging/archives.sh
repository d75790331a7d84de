#!/bin/sh
# Makes a folder of links to the static archives of the libraries that are named, for the linker to find first.
#
#     sh Packaging/archives.sh FOLDER png jpeg z …
#
# A library without an archive, as oneDNN in Debian, has none there; the program then needs it as a shared one.
set -eu

folder=$1
shift
rm -rf "$folder"
mkdir -p "$folder"
for library in "$@"; do
    archive=$(cc -print-file-name="lib$library.a")
    if [ -f "$archive" ]; then ln -s "$(realpath "$archive")" "$folder/lib$library.a"; else
        echo "There is no lib$library.a: it stays a shared library." >&2
    fi
done
