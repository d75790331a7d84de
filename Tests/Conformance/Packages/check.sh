#!/bin/sh
# Installs the packages of make deb in a clean Debian and runs them there, does what the last stage of the Containerfile
# does, and runs the tarball of make static in a Debian without any of its libraries. Needs root and debootstrap.
#
#     sh Tests/Conformance/Packages/check.sh [folder of the packages]
#
# SUITE: the version of Debian, by default this one's. MIRROR: where its packages are fetched from. CLEAN: a root that
# debootstrap has made before, which is copied.
set -eu

root=$(cd "$(dirname "$0")/../../.." && pwd)
packages=$(cd "${1:-$root/out/packages}" && pwd)
suite=${SUITE:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
mirror=${MIRROR:-http://deb.debian.org/debian}
work=$(mktemp -d)
failed=0
mounted=""
clean() {
    for place in $mounted; do umount "$place" || true; done
    rm -rf --one-file-system "$work"
}
trap clean EXIT INT TERM

check() {
    words=$1
    shift
    if "$@" >"$work/said" 2>&1; then echo "ok     $words"; else
        echo "FAILED $words"
        tail -20 "$work/said" | sed 's/^/       /'
        failed=1
    fi
}
within() {
    place=$1
    shift
    chroot "$place" env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root \
        DEBIAN_FRONTEND=noninteractive "$@"
}
# A fresh root from the first one, with /proc, and packages in /packages.
fresh() {
    cp -a "$work/clean" "$work/$1"
    mount --bind /proc "$work/$1/proc"
    mounted="$work/$1/proc $mounted"
    mkdir "$work/$1/packages"
    cp "$packages"/* "$work/$1/packages/"
    cp "$root"/Datasets/small/*.* "$work/$1/tmp/"
}
needs_only_libc() {
    needed=$(within "$1" ldd "$2" | sed -n 's/^[[:space:]]*\(.*\) => \(\/.*\) (.*/\1 \2/p' | grep -v " $3/" || true)
    echo "$needed"
    ! echo "$needed" | grep -v -E '^(libc|libm|libdl|librt|libpthread|libresolv)\.so\.|^$'
}
has_pngs() { [ "$(find "$1" -name '*.png' | wc -l)" = "$2" ]; }

for package in "$packages"/*.deb; do
    if command -v lintian >/dev/null 2>&1; then
        check "lintian finds no errors in $(basename "$package")" lintian --fail-on error "$package"
    fi
done
if [ -n "${CLEAN:-}" ]; then cp -a "$CLEAN" "$work/clean"; else
    debootstrap --variant=minbase "$suite" "$work/clean" "$mirror" >"$work/debootstrap.log" 2>&1 || {
        tail -20 "$work/debootstrap.log"
        exit 1
    }
fi

# The packages, as the last stage of the Containerfile installs them.
fresh deb
cp /etc/resolv.conf "$work/deb/etc/resolv.conf"
command=$(sed -n '/^FROM.*slim/,$ { /^RUN/,/[^\\]$/p }' "$root/Containerfile" | sed 's/^RUN //')
check "apt installs the packages" within "$work/deb" sh -ec "$(echo "$command" | sed 's/&& rm -rf .packages.*//')"
check "generate" within "$work/deb" atelier generate --model fashion-cgan --all-classes --count 2 -o /tmp/made
check "20 images were made" has_pngs "$work/deb/tmp/made" 20
check "remake gives the same bits" within "$work/deb" atelier remake /tmp/made/bag/seed0000.png
check "man pages and completions are there" test -f "$work/deb/usr/share/man/man1/atelier.generate.1.gz" \
    -a -f "$work/deb/usr/share/bash-completion/completions/atelier"
image=$(cd "$work/deb/tmp" && ls ./*.jpg ./*.png 2>/dev/null | head -1)
check "the file manager's entry upscales beside the image" within "$work/deb" \
    /usr/libexec/atelier/upscale-beside "/tmp/$image"
check "its result is there" test -n "$(find "$work/deb/tmp" -name '*-upscaled.*')"
check "apt removes them" within "$work/deb" apt-get purge -y -qq atelier atelier-models
check "nothing is left" test ! -e "$work/deb/usr/share/atelier" -a ! -e "$work/deb/usr/bin/atelier"

# The tarball
for tarball in "$packages"/*.tar.xz; do
    [ -f "$tarball" ] || continue
    fresh static
    name=$(basename "$tarball" .tar.xz)
    tar -xJf "$tarball" -C "$work/static/opt"
    check "the tarball's program needs only libc" needs_only_libc "$work/static" "/opt/$name/bin/atelier" "/opt/$name"
    check "it generates" within "$work/static" "/opt/$name/bin/atelier" generate --model fashion-gan --count 3 -o /tmp/made
    check "3 images were made" has_pngs "$work/static/tmp/made" 3
    check "it upscales" within "$work/static" "/opt/$name/bin/atelier" upscale "/tmp/$image" -o /tmp/large.png
done
exit $failed
