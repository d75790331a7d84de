"""Compares what ONNX Runtime computes from exported models with what the networks compute here.

Reads the files that ONNXExportTests leaves in a folder: NAME.onnx, and NAME.safetensors with inputs and outputs.
"""

import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from safetensors.numpy import load_file

TOLERANCE = 1e-4


def check(path):
    """The largest difference, relative to the largest value if that is above 1, and the number of shapes."""
    onnx.checker.check_model(str(path), full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    answers = load_file(path.with_suffix(".safetensors"))
    count = len({name.split(".")[0] for name in answers})
    worst = 0.0
    for index in range(count):
        feeds = {}
        for value in session.get_inputs():
            array = answers[f"{index}.{value.name}"]
            feeds[value.name] = array.astype(np.int64) if "int64" in value.type else array
        expected = answers[f"{index}.{session.get_outputs()[0].name}"]
        result = session.run(None, feeds)[0]
        if result.shape != expected.shape:
            raise ValueError(f"{result.shape} instead of {expected.shape}")
        worst = max(worst, float(np.max(np.abs(result - expected)) / max(1, np.max(np.abs(expected)))))
    return worst, count


def main():
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.glob("*.onnx"))
    failed = 0 if files else 1
    for path in files:
        try:
            worst, count = check(path)
            verdict = "ok" if worst <= TOLERANCE else "FAILED"
            words = f"largest difference {worst:.1e} in {count} shapes"
        except Exception as error:  # noqa: BLE001
            verdict, words = "FAILED", str(error).splitlines()[0]
        failed += verdict != "ok"
        print(f"{path.stem:24} {words}: {verdict}")
    print(f"{len(files)} models, {failed} failed")
    sys.exit(1 if failed else 0)


main()
