#!/bin/sh
# Installs into a scratch folder, tries what was installed, and removes it again.
#
#     sh Tests/Conformance/Install/check.sh [further arguments of make]
#
# Man pages are rendered where groff is there, completions read by the shells that are there.
set -eu

root=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
prefix=/opt/a
share=$work/stage$prefix/share
failed=0

check() {
    words=$1
    shift
    if "$@" >"$work/said" 2>&1; then echo "ok     $words"; else
        echo "FAILED $words"
        sed 's/^/       /' "$work/said"
        failed=1
    fi
}
has() { command -v "$1" >/dev/null 2>&1; }
renders() { [ -z "$(groff -mdoc -Tutf8 -ww "$1" 2>&1 >/dev/null)" ]; }
lists() { (cd "$work" && XDG_DATA_HOME=$work/none "$work/stage$prefix/bin/atelier" models list | grep -q '^fashion-cgan '); }
is_empty() { [ -z "$(find "$work/stage" -type f)" ]; }

make -C "$root" "$@" install DESTDIR="$work/stage" PREFIX=$prefix >"$work/install.log" 2>&1 || {
    cat "$work/install.log"
    exit 1
}
check "the program finds the installed models" lists
for command in generate translate upscale evaluate train.cgan data.check models.import; do
    check "there is a page for $command" test -s "$share/man/man1/atelier.$command.1"
done
if has groff; then
    for page in "$share"/man/man1/*.1; do check "$(basename "$page") renders" renders "$page"; done
fi
for shell in bash:bash-completion/completions/atelier zsh:zsh/site-functions/_atelier \
    fish:fish/vendor_completions.d/atelier.fish; do
    file=$share/${shell#*:}
    check "there are completions for ${shell%%:*}" grep -q translate "$file"
    if has "${shell%%:*}"; then check "${shell%%:*} reads them" "${shell%%:*}" -n "$file"; fi
done
mkdir -p "$share/atelier/models/mine"
touch "$share/atelier/models/mine/config.json"
make -C "$root" "$@" uninstall DESTDIR="$work/stage" PREFIX=$prefix >/dev/null
check "a model that somebody added stays" test -f "$share/atelier/models/mine/config.json"
rm "$share/atelier/models/mine/config.json"
check "nothing else is left" is_empty
exit $failed
