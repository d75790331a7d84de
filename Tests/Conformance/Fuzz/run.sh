#!/bin/sh
# Feeds every target mutated inputs under the address and undefined-behavior sanitizers and counts what went wrong.
#
#     Tests/Conformance/Fuzz/run.sh [minutes for each target, 1 by default] [target ...]
#
# The targets are those of Targets/FuzzTarget.swift. Each starts from its files in Corpus/ and from fixtures.
# FUZZ_DIR names another working folder. It keeps what was found, so that the next run goes on from it; keep.sh copies
# a small choice to Corpus/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
minutes=${1:-1}
[ $# -gt 0 ] && shift
targets=${*:-$(sed -n 's/.*FuzzTarget("\([a-z-]*\)".*/\1/p; s/.*= codec("\([a-z-]*\)").*/\1/p' "$here"/Targets/*.swift)}
work=${FUZZ_DIR:-$root/.build-fuzz/work}
fixtures=$root/Tests/Fixtures
failed=0
mkdir -p "$work"

# Swift gets both sanitizers from its own flag: SwiftPM passes it the last --sanitize only. C gets both, and that for
# undefined behavior in Package.swift.
echo "Building with sanitizers"
ATELIER_FUZZ=1 swift build --package-path "$root" --scratch-path "$root/.build-fuzz" --product atelier-fuzz \
    --sanitize address --sanitize fuzzer -Xswiftc -sanitize=fuzzer,address -Xswiftc -parse-as-library \
    >"$work/build.log" 2>&1 || { grep -E 'error:' "$work/build.log" || tail -40 "$work/build.log"; exit 1; }
program=$root/.build-fuzz/debug/atelier-fuzz

# A pair of files as one input: the first, a zero byte, the second.
pair() { { cat "$1"; printf '\000'; cat "$2"; } >"$3"; }

seed() {
    case $1 in
        png) cp "$fixtures"/ImageFiles/*.png "$2" ;;
        webp | gif | bmp | jxl) cp "$fixtures"/ImageFormats/*."$1" "$2" ;;
        heif) cp "$fixtures"/ImageFormats/*.avif "$fixtures"/ImageFormats/*.heic "$2" ;;
        tiff) cp "$fixtures"/ImageFormats/*.tif "$2" ;;
        jpeg) cp "$fixtures"/ImageFiles/*.jpg "$2" ;;
        roundtrip) cp "$fixtures"/ImageFiles/*.png "$fixtures"/ImageFiles/*.jpg "$2" ;;
        pickle) cp "$fixtures"/ForeignWeights/*.pth "$2" ;;
        safetensors) cp "$fixtures"/ForeignWeights/plain.safetensors "$2" ;;
        onnx) cp "$fixtures"/ForeignWeights/onnx-compact*.onnx "$fixtures"/ForeignWeights/onnx-external.onnx "$2" ;;
        ncnn)
            for graph in "$fixtures"/ForeignWeights/*.param; do
                pair "$graph" "${graph%.param}.bin" "$2/$(basename "$graph")"
            done
            ;;
        model-folder) pair "$root/Models/niqe/config.json" "$root/Models/niqe/model.safetensors" "$2/niqe" ;;
        gunzip)
            head -c 600 "$here/run.sh" | gzip -n9 >"$2/text.gz"
            head -c 4000 /dev/zero | gzip -n9 >"$2/zeros.gz"
            cat "$2/text.gz" "$2/zeros.gz" >"$2/members.gz"
            ;;
        inflate)
            # The raw data of a gzip file lie between ten bytes of header and eight of checksum and size.
            { printf '\002\130'; head -c 600 "$here/run.sh" | gzip -n9 | tail -c +11 | head -c -8; } >"$2/text"
            { printf '\017\240'; head -c 4000 /dev/zero | gzip -n9 | tail -c +11 | head -c -8; } >"$2/zeros"
            ;;
    esac
}

for target in $targets; do
    corpus=$work/corpus-$target
    found=$work/found-$target
    log=$work/$target.log
    mkdir -p "$corpus" "$found"
    [ -d "$here/Corpus/$target" ] && cp "$here/Corpus/$target"/* "$corpus"
    seed "$target" "$corpus"
    dictionary=
    [ -f "$here/Dictionaries/$target.dict" ] && dictionary=-dict=$here/Dictionaries/$target.dict
    # Ten seconds for one input count as a hang. Swift's runtime keeps what it has made once, which are no leaks. libheif
    # and dav1d lose blocks of their own when files are damaged.
    leaks=0
    case $target in png | jpeg | webp | tiff | gif | bmp | roundtrip | gunzip | inflate) leaks=1 ;; esac
    if FUZZ_TARGET=$target OMP_NUM_THREADS=1 ASAN_OPTIONS=detect_leaks=$leaks "$program" $dictionary -max_total_time=$((minutes * 60)) -max_len=8192 \
        -timeout=10 -rss_limit_mb=3072 -detect_leaks=$leaks -artifact_prefix="$found/" -print_final_stats=1 \
        "$corpus" >"$log" 2>&1; then
        outcome="no crash, leak or hang"
    else
        outcome="FAILED, see $log"
        failed=1
    fi
    inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    echo "$target: ${inputs:-?} inputs, $(ls "$found" | wc -l) findings: $outcome"
done
exit $failed
