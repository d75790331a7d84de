"""Translates an image of 24 megapixels in tiles: how much memory it takes, and whether a seam can be seen.

    python3 Tests/Conformance/Batch/seams.py --atelier .build/release/atelier --model MODEL [--statistics running|image]
                                 [--width 6000] [--height 4000] [--format png|jpg] [--limit 600]

Along the lines where tiles begin, end or meet, neighboring pixels may differ no more than elsewhere: the mean absolute
difference across those lines is compared with that across all others, and with their spread. The peak of the resident
memory is that of the whole process. Needs numpy and Pillow.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

import numpy
from PIL import Image

Image.MAX_IMAGE_PIXELS = None

parser = argparse.ArgumentParser()
parser.add_argument("--atelier", default=".build/release/atelier")
parser.add_argument("--model", required=True)
parser.add_argument("--statistics")
parser.add_argument("--width", type=int, default=6000)
parser.add_argument("--height", type=int, default=4000)
parser.add_argument("--format", default="png")
parser.add_argument("--tile", type=int, default=256)
parser.add_argument("--overlap", type=int, default=64)
parser.add_argument("--limit", type=int, default=600, help="megabytes (of 2^20 bytes)")
parser.add_argument("--keep", help="where to keep the result")
parser.add_argument("more", nargs="*", help="further options of translate, after --")
asked = parser.parse_args()


def scene(width, height):
    """Slow colors, fine texture, noise, and strokes: something of everything at every place."""
    noise = numpy.random.default_rng(1)
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.float32)
    colors = [numpy.sin(x / 900 + y / 1400), numpy.sin(x / 500 - y / 700 + 1), numpy.cos(x / 1700 + y / 400)]
    texture = 0.1 * numpy.sin(x / 7) * numpy.sin(y / 9) * (numpy.sin(x / 310) > 0)
    result = numpy.stack([0.5 + 0.3 * color + texture for color in colors], axis=-1)
    result += noise.normal(0, 0.03, (height, width, 1)).astype(numpy.float32)
    return Image.fromarray((numpy.clip(result, 0, 1) * 255).astype(numpy.uint8))


def starts(length, tile, overlap):
    """Where tiles begin: as Sources/ImageData/Tiling/TileAxis.swift has it."""
    if tile >= length:
        return []
    count = -(-(length - tile) // max(tile - overlap, 1)) + 1
    return [(index * (length - tile) + (count - 1) // 2) // (count - 1) for index in range(count)]


def lines(length, tile, overlap):
    """Positions whose difference from the one before lies across a border of tiles, or in the middle of an overlap."""
    begun = starts(length, tile, overlap)
    result = set()
    for before, after in zip(begun, begun[1:]):
        result |= {after, before + tile, (after + before + tile) // 2}
    return sorted(result)


with tempfile.TemporaryDirectory() as work:
    source, result = os.path.join(work, "in." + asked.format), asked.keep or os.path.join(work, "out." + asked.format)
    options = {"compress_level": 1} if asked.format == "png" else {"quality": 92}
    scene(asked.width, asked.height).save(source, **options)
    command = [asked.atelier, "translate", source, "-m", asked.model, "-o", result, "--fit", "tile", "--quiet",
               "--tile", str(asked.tile), "--overlap", str(asked.overlap), *asked.more]
    if asked.statistics:
        command += ["--statistics", asked.statistics]
    began = time.time()
    peak = 0
    process = subprocess.Popen(command)
    # What getrusage says of a child includes what this process had when it was forked.
    while process.poll() is None:
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            peak = max([peak] + [int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM")])
        time.sleep(0.02)
    seconds, status = time.time() - began, process.returncode
    if status:
        sys.exit(f"translate ended with {status}")
    pixels = numpy.asarray(Image.open(result).convert("RGB")).astype(numpy.float32)

failures = peak > asked.limit
print(f"{asked.width}x{asked.height} {asked.format}: {seconds:.1f} s, {peak:.0f} MB at most (limit {asked.limit})")
for name, axis in (("columns", 1), ("rows", 0)):
    across = numpy.abs(numpy.diff(pixels, axis=axis)).mean(axis=(2, 1 - axis))
    border = numpy.zeros(len(across), bool)
    border[[line - 1 for line in lines(pixels.shape[axis], asked.tile, asked.overlap)]] = True
    at, elsewhere = across[border], across[~border]
    # Rows of an image differ among themselves; borders have to lie within what is usual.
    bound = elsewhere.mean() + 3 * elsewhere.std() / max(len(at), 1) ** 0.5
    print(f"{name}: {at.mean():.3f} gray levels across {len(at)} borders (at most {at.max():.3f}), "
          f"{elsewhere.mean():.3f} elsewhere (at most {elsewhere.max():.3f})")
    failures += at.mean() > bound or at.max() > elsewhere.max()
sys.exit(1 if failures else 0)
