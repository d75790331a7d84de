#!/usr/bin/env python3
"""Compares what two programs make with every shipped model, bit by bit.

    python3 Tests/Conformance/Outputs/compare.py OLD NEW

Each program uses the models of the checkout that it was built in. Exit code: 0 if all pixels and numbers are equal.
"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Fixtures" / "ShippedModels"))
from outputs import Outputs


def difference(a, b):
    """In words, or None."""
    shapes = [(i.width, i.height, i.channels, i.depth) for i in (a, b)]
    if shapes[0] != shapes[1]:
        return f"{shapes[0]} became {shapes[1]}"
    if a.samples == b.samples:
        return None
    steps = [abs(x - y) for x, y in zip(a.samples, b.samples) if x != y]
    return f"{len(steps)} of {len(a.samples)} bytes differ, by up to {max(steps)}"


def main(old, new):
    with tempfile.TemporaryDirectory() as a, tempfile.TemporaryDirectory() as b:
        before, after = Outputs(old, a), Outputs(new, b)
    found = {name: difference(image, after.images[name]) for name, image in before.images.items()}
    for name, value in before.numbers.items():
        # With fewer images than features, the smallest eigenvalues in a Frechet distance are rounding errors.
        tolerance = 1e-5 * abs(value) if "frechet" in name else 0
        near = abs(after.numbers[name] - value) <= tolerance
        found[name] = None if near else f"{value} became {after.numbers[name]}"
    for name, words in found.items():
        if words:
            print(f"{name}: {words}")
    equal = sum(words is None for words in found.values())
    print(f"{equal} of {len(found)} equal")
    return 0 if equal == len(found) else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
