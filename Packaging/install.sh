#!/bin/sh
# Installs what is missing of packages, where there is apt. Those of the second list may be missing in the system's archive.
#
#     sh Packaging/install.sh "libpng-dev libtiff-dev" "libjxl-dev"
set -eu

command -v dpkg-query >/dev/null 2>&1 || exit 0

missing() {
    for package in $1; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
    done
}
sudo=""
[ "$(id -u)" = 0 ] || sudo=sudo
install() {
    echo "Installing" "$@"
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

needed=$(missing "$1")
if [ -n "$needed" ]; then
    $sudo apt-get update -qq
    # shellcheck disable=SC2086
    install $needed
fi
for package in $(missing "${2:-}"); do
    apt-cache policy "$package" | grep -q 'Candidate: [0-9]' || continue
    install "$package" || echo "$package cannot be installed; the build does without." >&2
done
