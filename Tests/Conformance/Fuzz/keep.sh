#!/bin/sh
# Copies a small choice of the inputs that run.sh has found to Corpus/: for each target, the smallest ones that reach
# something new, six kilobytes in all.
#
#     Tests/Conformance/Fuzz/keep.sh [target ...]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=${FUZZ_DIR:-$root/.build-fuzz/work}
targets=${*:-$(cd "$work" && ls -d corpus-* | sed 's/^corpus-//')}

for target in $targets; do
    merged=$work/merged-$target
    rm -rf "$merged"
    mkdir -p "$merged" "$here/Corpus/$target"
    FUZZ_TARGET=$target OMP_NUM_THREADS=1 "$root/.build-fuzz/debug/atelier-fuzz" -merge=1 -timeout=10 \
        "$merged" "$work/corpus-$target" >"$work/merge-$target.log" 2>&1
    # What was found once as a defect stays, and what was made by hand.
    find "$here/Corpus/$target" -type f ! -name 'defect-*' ! -name 'seed-*' -delete
    total=0
    for file in $(ls -Sr "$merged"); do
        size=$(wc -c <"$merged/$file")
        total=$((total + size))
        [ "$total" -le 6144 ] || break
        cp "$merged/$file" "$here/Corpus/$target/$(echo "$file" | cut -c1-12)"
    done
    echo "$target: $(ls "$here/Corpus/$target" | wc -l) of $(ls "$merged" | wc -l) inputs"
done
