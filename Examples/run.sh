#!/usr/bin/env sh
# Builds the examples against the package by its path and runs them on images that come with it: run.sh BUILD OUT
set -eu
cd "$(dirname "$0")/.."
build=$1
out=$2
mkdir -p "$out/generated"

# All share one build folder, so that the library is built once; no plan of another example is taken from its cache.
build() {
  swift build --package-path "Examples/$1" --scratch-path "$build" --disable-build-manifest-caching "$2"
}

run() {
  example=$1
  program=$2
  shift 2
  build "$example" --quiet
  echo "$program $*"
  "$(build "$example" --show-bin-path)/$program" "$@"
}

run Generate generate "$out/generated"
run TranslateFolder translate-folder Datasets/sketches/flowers "$out/translated"
run Upscale upscale Datasets/small/nuthatch.png "$out/nuthatch-x4.png"
rm -rf "$out/run"
run TrainPix2Pix train-pix2pix Datasets/small "$out/run" 4
for file in generated/boot-7.png translated nuthatch-x4.png run/model/model.safetensors; do
  [ -e "$out/$file" ] || { echo "$out/$file is missing"; exit 1; }
done
echo "All examples ran; what they made is in $out."
