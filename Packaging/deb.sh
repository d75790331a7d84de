#!/bin/sh
# Builds the packages of Debian and its kin from an installed tree: atelier, and atelier-models.
#
#     sh Packaging/deb.sh TREE OUT     (TREE: what make install put into DESTDIR with PREFIX=/usr)
#
# Dependencies are those of the system that it runs on, as dpkg-shlibdeps finds them.
set -eu

. "$(dirname "$0")/places.sh"
maintainer=${MAINTAINER:-Atelier maintainers <maintainers@atelier-project.org>}
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

# Documents that every package has: its copyright, and the list of its versions.
documents() {
    folder=$work/$1/usr/share/doc/$1
    install -d "$folder"
    install -m 644 "$here/copyright" "$folder/copyright"
    {
        echo "$1 ($version) unstable; urgency=medium"
        echo
        echo "  * CHANGELOG.md in the sources says what is new."
        echo
        echo " -- $maintainer  $(date -R -u -d "@$SOURCE_DATE_EPOCH")"
    } | gzip -9n >"$folder/changelog.gz"
    chmod 644 "$folder/changelog.gz"
}

# Reads the control file from standard input.
build() {
    package=$work/$1
    documents "$1"
    install -d "$package/DEBIAN"
    size=$(du -sk --exclude=DEBIAN "$package" | cut -f1)
    sed "s/^Installed-Size:.*/Installed-Size: $size/" >"$package/DEBIAN/control"
    (cd "$package" && find usr -type f -exec md5sum {} +) >"$package/DEBIAN/md5sums"
    find "$package" -type d -exec chmod 755 {} +
    dpkg-deb --root-owner-group -Zxz --build "$package" "$out/$1_${version}_$2.deb"
}

# The program
program=$work/atelier
install -d "$program/usr/share" "$program/usr/bin"
install -m 755 "$tree/usr/bin/atelier" "$program/usr/bin/atelier"
strip --strip-all --remove-section=.comment --remove-section=.note "$program/usr/bin/atelier"
cp -r "$tree/usr/share/man" "$tree/usr/share/bash-completion" "$tree/usr/share/fish" "$program/usr/share/"
install -D -m 644 "$tree/usr/share/zsh/site-functions/_atelier" "$program/usr/share/zsh/vendor-completions/_atelier"
gzip -9n "$program"/usr/share/man/man1/*.1
sed -i '1{/^#!/d}' "$program/usr/share/bash-completion/completions/atelier"
install -D -m 755 "$here/desktop/upscale-beside" "$program/usr/libexec/atelier/upscale-beside"
for entry in atelier-upscale.desktop:applications/atelier-upscale.desktop \
    atelier-upscale.kde.desktop:kio/servicemenus/atelier-upscale.desktop \
    atelier-upscale.nemo_action:nemo/actions/atelier-upscale.nemo_action; do
    install -D -m 644 "$here/desktop/${entry%%:*}" "$program/usr/share/${entry#*:}"
done
# Plasma runs service menus that are executable.
chmod 755 "$program/usr/share/kio/servicemenus/atelier-upscale.desktop"
install -d "$program/usr/share/lintian/overrides"
install -m 644 "$here/lintian-overrides" "$program/usr/share/lintian/overrides/atelier"
install -d "$work/debian"
printf 'Source: atelier\n\nPackage: atelier\nArchitecture: any\n' >"$work/debian/control"
needed=$(cd "$work" && dpkg-shlibdeps -O -e"$program/usr/bin/atelier" | sed -n 's/^shlibs:Depends=//p')
build atelier "$architecture" <<CONTROL
Package: atelier
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: 0
Depends: $needed
Recommends: atelier-models (= $version)
Suggests: ffmpeg, libnotify-bin, openmpi-bin
Section: graphics
Priority: optional
Description: images by generative adversarial networks, on an ordinary processor
 Atelier generates images, turns sketches into photos, makes images larger, and
 trains networks for all of these. It needs neither a graphics card nor Python.
 .
 File managers get an entry that upscales images.
CONTROL

# The models
models=$work/atelier-models
install -d "$models/usr/share/atelier"
cp -r "$tree/usr/share/atelier/models" "$models/usr/share/atelier/"
build atelier-models all <<CONTROL
Package: atelier-models
Source: atelier
Version: $version
Architecture: all
Maintainer: $maintainer
Installed-Size: 0
Enhances: atelier
Section: graphics
Priority: optional
Description: trained networks for Atelier
 Networks that generate clothes, turn sketches into flowers and emoji, and make
 photos two and four times larger, and those that measure images.
CONTROL
