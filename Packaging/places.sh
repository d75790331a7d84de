# What the scripts that pack an installed tree begin with: its folder and the one of the results, which are their arguments;
# this folder and that of the sources; a folder to work in, which goes with the script; the version.

tree=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
version=$(sed -n 's/.*let version = "\(.*\)"/\1/p' "$root/Sources/Models/Folders/Software.swift")
