#!/bin/sh
# Checks with ONNX Runtime that exported models compute what the networks compute here.
#
#     sh Tests/Conformance/ONNX/check.sh
#
# A suite of tests writes a small model of each architecture as ONNX, with inputs and outputs, into a folder that is
# removed afterwards. ONNX_PYTHON names an interpreter with numpy, safetensors, onnx and onnxruntime; otherwise they are
# installed into .build-onnx-venv.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
python=${ONNX_PYTHON:-$root/.build-onnx-venv/bin/python}
if ! "$python" -c 'import numpy, safetensors, onnx, onnxruntime' 2>/dev/null; then
    echo "Installing onnx and onnxruntime into $root/.build-onnx-venv"
    python=$root/.build-onnx-venv/bin/python
    [ -x "$python" ] || python3 -m venv "$root/.build-onnx-venv"
    "$python" -m pip install --quiet numpy safetensors onnx onnxruntime
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
(cd "$root" && ATELIER_ONNX_FOLDER=$work swift test ${SWIFT_TEST_OPTIONS:-} --filter ONNXExportTests >"$work/log" 2>&1) || {
    tail -40 "$work/log"
    exit 1
}
"$python" "$here/check.py" "$work"
