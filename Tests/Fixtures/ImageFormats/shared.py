"""What the makers of all formats share: pixels, what they must decode to, and other programs."""
import io
import pathlib
import struct
import subprocess
import tempfile
import zlib

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent
PROFILE = (HERE.parent / "ImageFiles" / "srgb.icc").read_bytes()
RANDOM = np.random.default_rng(18)
EXPECTED = {}
PIXELS = bytearray()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><tiff:Orientation>6</tiff:Orientation></x:xmpmeta>'


def keep(name, data, pixels, depth=8, orientation=1, tolerance=0):
    """Writes a file, and keeps an array of height x width x channels as what it decodes to."""
    (HERE / name).write_bytes(data)
    pixels = pixels if pixels.ndim == 3 else pixels[:, :, None]
    height, width, channels = pixels.shape
    EXPECTED[name] = dict(width=width, height=height, channels=channels, bits=pixels.dtype.itemsize * 8,
                          offset=len(PIXELS), depth=depth, orientation=orientation, tolerance=tolerance)
    PIXELS.extend(pixels.astype(pixels.dtype.newbyteorder("<")).tobytes())


def upright(pixels, orientation):
    """What EXIF's orientations say of an array as it is stored."""
    return {1: lambda p: p, 2: lambda p: p[:, ::-1], 3: lambda p: p[::-1, ::-1], 4: lambda p: p[::-1],
            5: lambda p: p.transpose(1, 0, 2), 6: lambda p: np.rot90(p, -1),
            7: lambda p: p[::-1, ::-1].transpose(1, 0, 2), 8: lambda p: np.rot90(p, 1)}[orientation](pixels)


def photo(width, height):
    y, x = np.mgrid[0:height, 0:width]
    noise = RANDOM.integers(0, 20, (height, width, 3))
    return (np.dstack([x * 200 // width, y * 200 // height, (x + y) * 100 // height % 220]) + noise).astype(np.uint8)


def widened(values, depth):
    top, most, kind = (1 << depth) - 1, 255 if depth <= 8 else 65535, np.uint8 if depth <= 8 else np.uint16
    return ((values.astype(np.int64) * most + top // 2) // top).astype(kind)


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def png(pixels):
    """A PNG of 8 or 16 bits."""
    height, width, channels = pixels.shape
    bits = pixels.dtype.itemsize * 8
    rows = b"".join(b"\0" + row.astype(f">u{bits // 8}").tobytes() for row in pixels)
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, bits, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, 0)),
              (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)


def made(suffix, command, *sources):
    """The file that a program makes of others, whose names and contents are given: OUT and the names stand for paths."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in sources:
            pathlib.Path(folder, name).write_bytes(data)
        target = pathlib.Path(folder, "out" + suffix)
        names = {"OUT": str(target)} | {name: str(pathlib.Path(folder, name)) for name, _ in sources}
        subprocess.run([names.get(word, word) for word in command], check=True, capture_output=True)
        return target.read_bytes()


def described(orientation):
    """EXIF with texts, a density and a maker note."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112], exif[0x0131] = "a description", orientation, "Pillow"
    exif[0x011A], exif[0x011B] = 300.0, 150.0
    exif[0x0128] = 2
    exif.get_ifd(0x8769)[0x927C] = bytes((7 * i + 3) % 256 for i in range(90))
    return exif
