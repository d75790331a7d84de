#!/usr/bin/env python3
"""Makes the WebP, TIFF, GIF, BMP, AVIF, HEIC and JPEG XL files of this folder and what they must decode to.

TIFF and BMP files come from the small encoders below, their pixels are known because they were put in; libtiff's tiffcp
packs, tiles and splits some of them. GIF, WebP and some AVIF files come from Pillow, HEIC and the others from heif-enc,
JPEG XL from cjxl. What is lossy must decode as dwebp, tiff2rgba, heif-convert and djxl decode it.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0 numpy
    apt-get install libtiff-tools webp libheif-examples libjxl-tools
    venv/bin/python Tests/Fixtures/ImageFormats/make_fixtures.py
"""
import gzip
import json

from bmp import bmps
from gif_webp import gifs, webps
from high_efficiency import high_efficiency
from jpeg_xl import jpeg_xls
from shared import EXPECTED, HERE, PIXELS
from tiff import tiffs

tiffs()
bmps()
gifs()
webps()
high_efficiency()
jpeg_xls()
(HERE / "expected.json").write_text(json.dumps(EXPECTED, indent=0, sort_keys=True) + "\n")
(HERE / "expected.gz").write_bytes(gzip.compress(bytes(PIXELS), 9, mtime=0))
print(len(EXPECTED), "images,", sum(f.stat().st_size for f in HERE.iterdir()), "bytes")
