#!/bin/sh
# Makes a folder of links to the static archives of the libraries that are named, for the linker to find first.
#
#     sh Packaging/archives.sh FOLDER png jpeg z …
#
# A library without an archive has none there; the program then needs it as a shared one. So it is with oneDNN in Debian.
# Where oneDNN has an archive, the libraries of OpenMP and C++ are linked in with it: a program must not have two of them.
set -eu

folder=$1
shift
rm -rf "$folder"
mkdir -p "$folder"
for library in "$@"; do
    archive=$(cc -print-file-name="lib$library.a")
    if [ -f "$archive" ]; then ln -s "$(realpath "$archive")" "$folder/lib$library.a"; else
        echo "There is no lib$library.a: it stays a shared library." >&2
        continue
    fi
    if [ "$library" = dnnl ]; then
        for runtime in gomp stdc++; do
            ln -s "$(realpath "$(cc -print-file-name="lib$runtime.a")")" "$folder/lib$runtime.a"
        done
    fi
done
