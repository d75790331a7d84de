#!/bin/sh
# Packs an installed tree so that it runs from any folder and needs nothing of the system but libc.
#
#     sh Packaging/tarball.sh TREE OUT     (TREE: what make install put into DESTDIR with PREFIX=/)
#
# Libraries that could not be linked in go into lib/atelier, where the program looks for them first.
set -eu

. "$(dirname "$0")/places.sh"
name=atelier-$version-$(uname -m)

cp -r "$tree" "$work/$name"
cd "$work/$name"
strip --strip-all bin/atelier
mkdir -p lib/atelier share/doc/atelier
ldd bin/atelier | sed -n 's/^[[:space:]]*\(.*\) => \(\/.*\) (.*/\1 \2/p' | while read -r library path; do
    case $library in
    libc.so.* | libm.so.* | libdl.so.* | librt.so.* | libpthread.so.* | libresolv.so.* | ld-linux*) ;;
    *)
        cp "$(realpath "$path")" "lib/atelier/$library"
        package=$(dpkg-query -S "$(realpath "$path")" 2>/dev/null | head -1 | cut -d: -f1)
        [ -z "$package" ] || cp "/usr/share/doc/$package/copyright" "share/doc/atelier/$package.copyright"
        ;;
    esac
done
rmdir lib/atelier lib 2>/dev/null || true
cp "$root/LICENSE" "$root/README.md" "$root/CHANGELOG.md" share/doc/atelier/
cp "$here/copyright" share/doc/atelier/
cd "$work"
tar --sort=name --owner=0 --group=0 --numeric-owner -cf - "$name" | xz -T0 >"$out/$name.partial"
mv "$out/$name.partial" "$out/$name.tar.xz"
echo "$out/$name.tar.xz"
