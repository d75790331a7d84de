#!/usr/bin/env sh
# Builds the examples against the package by its path and runs them on images that come with it: run.sh BUILD OUT
set -eu
cd "$(dirname "$0")/.."
build=$1
out=$2
mkdir -p "$out"

run() {
  example=$1
  program=$2
  shift 2
  swift build --quiet --package-path "Examples/$example" --scratch-path "$build"
  echo "$program $*"
  "$(swift build --package-path "Examples/$example" --scratch-path "$build" --show-bin-path)/$program" "$@"
}

mkdir -p "$out/generated"
run Generate generate "$out/generated"
run TranslateFolder translate-folder Datasets/sketches/flowers "$out/translated"
run Upscale upscale Datasets/small/nuthatch.png "$out/nuthatch-x4.png"
rm -rf "$out/run"
run TrainPix2Pix train-pix2pix Datasets/small "$out/run" 4
for file in generated/boot-7.png translated nuthatch-x4.png run/model/model.safetensors; do
  [ -e "$out/$file" ] || { echo "$out/$file is missing"; exit 1; }
done
echo "All examples ran; what they made is in $out."
