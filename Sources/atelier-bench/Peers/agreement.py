"""How far the outputs of the contenders are from PyTorch's float32 ones: prints JSON, a line for each.

    python agreement.py .build/bench/srvgg
"""

import json
import pathlib
import sys

import numpy
from safetensors.numpy import load_file


def main():
    folder = pathlib.Path(sys.argv[1])
    reference = next(p for p in sorted(folder.glob('pytorch-*-f32.npy')))
    wanted = numpy.load(reference).astype(numpy.float64)
    span = wanted.max() - wanted.min()
    found = {}
    for path in sorted([*folder.glob('*.npy'), *folder.glob('atelier-*.safetensors')]):
        made = numpy.load(path) if path.suffix == '.npy' else load_file(path)['output']
        if path == reference:
            continue
        if made.shape != wanted.shape:
            found[path.stem] = {'error': f'shape {made.shape}'}
            continue
        difference = made.astype(numpy.float64) - wanted
        rms = float(numpy.sqrt((difference**2).mean()))
        found[path.stem] = {
            'largest': float(abs(difference).max() / span),
            'psnr': float(20 * numpy.log10(span / max(rms, 1e-12))),
        }
    print(json.dumps(found))


if __name__ == '__main__':
    main()
