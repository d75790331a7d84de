#!/bin/sh
# Feeds each decoder mutated images under the address and undefined-behavior sanitizers and counts what went wrong.
#
#     Tests/Conformance/Fuzz/run.sh [inputs per decoder, 1000000 by default] [png] [jpeg] [roundtrip] [gunzip] [inflate]
#
# Needs a clang with libFuzzer; Swift's own has it. CLANG names another one, FUZZ_DIR another working folder. The
# folder keeps the corpus, so that the next run goes on from it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
runs=${1:-1000000}
[ $# -gt 0 ] && shift
targets=${*:-png jpeg roundtrip gunzip inflate}
work=${FUZZ_DIR:-$root/.build/fuzz}
swift=$(command -v swift || echo /opt/swift/usr/bin/swift)
clang=${CLANG:-$(dirname "$(readlink -f "$swift")")/clang}
fixtures=$root/Tests/Fixtures/ImageFiles
failed=0

for target in $targets; do
    corpus=$work/corpus-$target
    mkdir -p "$corpus" "$work/found-$target"
    case $target in
        png) cp "$fixtures"/*.png "$corpus" ;;
        jpeg) cp "$fixtures"/*.jpg "$corpus" ;;
        roundtrip) cp "$fixtures"/*.png "$fixtures"/*.jpg "$corpus" ;;
        gunzip)
            head -c 600 "$here/run.sh" | gzip -n9 >"$corpus/text.gz"
            head -c 4000 /dev/zero | gzip -n9 >"$corpus/zeros.gz"
            cat "$corpus/text.gz" "$corpus/zeros.gz" >"$corpus/members.gz"
            ;;
        inflate)
            # The raw data of a gzip file lie between ten bytes of header and eight of checksum and size.
            { printf '\002\130'; head -c 600 "$here/run.sh" | gzip -n9 | tail -c +11 | head -c -8; } >"$corpus/text"
            { printf '\017\240'; head -c 4000 /dev/zero | gzip -n9 | tail -c +11 | head -c -8; } >"$corpus/zeros"
            ;;
    esac
    "$clang" -g -O2 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
        -o "$work/fuzz-$target" "$here/fuzz_$target.c" "$root"/Sources/CCompression/*.c \
        "$root"/Sources/CImageCodecs/*.c "$root"/Sources/CImageCodecs/*/*.c "$root"/Sources/CMemory/*.c \
        -I"$root/Sources/CMemory/include" -I"$root/Sources/CCompression/include" \
        -I"$root/Sources/CImageCodecs" -I"$root/Sources/CImageCodecs/include" -lpng -ljpeg -lz -lm \
        2>"$work/build-$target.log" ||
        { cat "$work/build-$target.log"; exit 1; }
    log=$work/$target.log
    dictionary=
    [ -f "$here/$target.dict" ] && dictionary=-dict=$here/$target.dict
    # Five seconds for one input count as a hang; a leak stops the run.
    if "$work/fuzz-$target" $dictionary -runs="$runs" -max_len=2048 -timeout=5 -rss_limit_mb=2048 -detect_leaks=1 \
        -artifact_prefix="$work/found-$target/" -print_final_stats=1 -seed=1 "$corpus" >"$log" 2>&1; then
        outcome="no crash, leak or hang"
    else
        outcome="FAILED, see $log"
        failed=1
    fi
    done_runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    echo "$target: ${done_runs:-?} inputs, $(ls "$work/found-$target" | wc -l) findings: $outcome"
done
exit $failed
