#!/usr/bin/env python3
"""Makes the images of this folder and what they must decode to.

PNG files come from the small encoder below (every color type, depth, filter and interlacing; libpng is not used), their
pixels are known because they were put in, and Pillow has to agree wherever it keeps the depth. JPEG files come from
Pillow and libjpeg-turbo's tools, their pixels from Pillow's decoder.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0 numpy
    apt-get install libjpeg-turbo-progs
    venv/bin/python Tests/Fixtures/ImageFiles/make_fixtures.py
"""
import gzip
import io
import json
import pathlib
import struct
import subprocess
import zlib

import numpy as np
from PIL import Image, ImageCms, ImageOps

HERE = pathlib.Path(__file__).parent
RANDOM = np.random.default_rng(20)
EXPECTED = {}
PIXELS = bytearray()


def expect(name, pixels, **facts):
    """Keeps an array of height x width x channels as what a file decodes to."""
    pixels = pixels if pixels.ndim == 3 else pixels[:, :, None]
    bits = pixels.dtype.itemsize * 8
    height, width, channels = pixels.shape
    EXPECTED[name] = dict(width=width, height=height, channels=channels, bits=bits, offset=len(PIXELS), **facts)
    PIXELS.extend(pixels.astype(pixels.dtype.newbyteorder("<")).tobytes())


# PNG

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def filtered(rows, unit):
    """Uses every filter in turn."""
    out, above = bytearray(), bytes(len(rows[0]) if rows else 0)
    for number, row in enumerate(rows):
        kind = number % 5
        out.append(kind)
        for i, x in enumerate(row):
            a = row[i - unit] if i >= unit else 0
            b, c = above[i], above[i - unit] if i >= unit else 0
            out.append((x - [0, a, b, (a + b) // 2, paeth(a, b, c)][kind]) & 255)
        above = row
    return bytes(out)


def packed_rows(samples, depth):
    rows = []
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            rows.append(row.astype(">u2").tobytes())
        elif depth == 8:
            rows.append(row.astype(np.uint8).tobytes())
        else:
            bits = ((row[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
            rows.append(np.packbits(bits.reshape(-1)).tobytes())
    return rows


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(samples, color, depth, interlaced=False, before=b"", after=b""):
    height, width, channels = samples.shape
    unit = max(1, channels * depth // 8)
    parts = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7] if interlaced else [samples]
    raw = b"".join(filtered(packed_rows(part, depth), unit) for part in parts if part.size)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    body = zlib.compress(raw, 9)
    half = len(body) // 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", body[:half])
            + chunk(b"IDAT", body[half:]) + after + chunk(b"IEND", b""))


def keep_png(name, data, pixels, check=None, **facts):
    (HERE / name).write_bytes(data)
    expect(name, pixels, **facts)
    if check:
        seen = np.asarray(Image.open(io.BytesIO(data)).convert(check))
        assert np.array_equal(seen.reshape(pixels.shape), pixels), name


def pngs():
    size = (13, 19)
    for interlaced in (False, True):
        tail = "-interlaced" if interlaced else ""
        for depth in (1, 2, 4, 8, 16):
            top = (1 << depth) - 1
            gray = RANDOM.integers(0, top + 1, size + (1,))
            kind = np.uint16 if depth == 16 else np.uint8
            full = (gray * (1 if depth == 16 else 255 // top)).astype(kind)
            keep_png(f"gray{depth}{tail}.png", png(gray, 0, depth, interlaced), full,
                     None if depth == 16 else "L", depth=depth)
            clear = int(gray[3, 4, 0])
            alpha = np.where(gray == clear, 0, 65535 if depth == 16 else 255).astype(kind)
            keep_png(f"gray{depth}-transparent{tail}.png",
                     png(gray, 0, depth, interlaced, chunk(b"tRNS", struct.pack(">H", clear))),
                     np.concatenate([full, alpha], 2), None, depth=depth)
            if depth <= 8:
                count = min(1 << depth, 60)
                palette = RANDOM.integers(0, 256, (count, 3)).astype(np.uint8)
                index = RANDOM.integers(0, count, size + (1,))
                entries = chunk(b"PLTE", palette.tobytes())
                keep_png(f"palette{depth}{tail}.png", png(index, 3, depth, interlaced, entries),
                         palette[index[:, :, 0]], "RGB", depth=8)
                alphas = RANDOM.integers(0, 256, max(1, count - 1)).astype(np.uint8)
                padded = np.concatenate([alphas, np.full(count - len(alphas), 255, np.uint8)])
                keep_png(f"palette{depth}-transparent{tail}.png",
                         png(index, 3, depth, interlaced, entries + chunk(b"tRNS", alphas.tobytes())),
                         np.concatenate([palette[index[:, :, 0]], padded[index]], 2), "RGBA", depth=8)
        for depth in (8, 16):
            kind = np.uint16 if depth == 16 else np.uint8
            for color, channels, name in ((4, 2, "gray-alpha"), (2, 3, "rgb"), (6, 4, "rgba")):
                pixels = RANDOM.integers(0, 1 << depth, size + (channels,)).astype(kind)
                modes = {2: "LA", 3: "RGB", 4: "RGBA"}
                keep_png(f"{name}{depth}{tail}.png", png(pixels, color, depth, interlaced), pixels,
                         modes[channels] if depth == 8 else None, depth=depth)
                if channels == 3:
                    clear = pixels[5, 6]
                    top = (1 << depth) - 1
                    alpha = np.where((pixels == clear).all(2, keepdims=True), 0, top).astype(kind)
                    keep_png(f"rgb{depth}-transparent{tail}.png",
                             png(pixels, 2, depth, interlaced, chunk(b"tRNS", struct.pack(">HHH", *map(int, clear)))),
                             np.concatenate([pixels, alpha], 2), None, depth=depth)


def png_extras():
    pixels = RANDOM.integers(0, 256, (6, 9, 3)).astype(np.uint8)
    gamma = chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(
        b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000))
    keep_png("gamma.png", png(pixels, 2, 8, before=gamma), pixels, "RGB", depth=8)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (HERE / "srgb.icc").write_bytes(profile)
    xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><tiff:Orientation>6</tiff:Orientation></x:xmpmeta>'
    texts = (chunk(b"tEXt", b"Author\0Andr\xe9")
             + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"packed " * 20))
             + chunk(b"iTXt", b"Title\0\0\0de\0Titel\0" + "Grüße, 世界".encode())
             + chunk(b"iTXt", b"Software\0\1\0\0\0" + zlib.compress("naïve".encode()))
             + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp.encode()))
    density = chunk(b"pHYs", struct.pack(">IIB", 11811, 5906, 1))
    icc = chunk(b"iCCP", b"sRGB\0\0" + zlib.compress(profile))
    keep_png("metadata.png", png(pixels, 2, 8, before=icc + density, after=texts), pixels, "RGB", depth=8)
    for orientation in range(1, 9):
        image = Image.fromarray(pixels)
        exif = Image.Exif()
        exif[0x0112] = orientation
        block = exif.tobytes().removeprefix(b"Exif\0\0")
        upright = ImageOps.exif_transpose(image_with(image, orientation))
        place = {"before": chunk(b"eXIf", block)} if orientation % 2 else {"after": chunk(b"eXIf", block)}
        keep_png(f"orientation{orientation}.png", png(pixels, 2, 8, **place), np.asarray(upright), None, depth=8,
                 orientation=orientation)


def image_with(image, orientation):
    image = image.copy()
    image.getexif()[0x0112] = orientation
    return image


# JPEG

def photo(width, height):
    y, x = np.mgrid[0:height, 0:width]
    waves = [128 + 90 * np.sin(x / 7 + p) * np.cos(y / 9 - p) + 30 * ((x // 8 + y // 8) % 2) for p in (0, 1, 2.5)]
    return Image.fromarray(np.clip(np.stack(waves, 2), 0, 255).astype(np.uint8))


def keep_jpeg(name, data, inverted=True, **facts):
    (HERE / name).write_bytes(data)
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode == "CMYK":
        c = np.asarray(image).astype(np.uint32)  # Pillow takes every CMYK JPEG for an inverted one
        c = c if inverted else 255 - c
        pixels = (((255 - c[:, :, :3]) * (255 - c[:, :, 3:]) + 127) // 255).astype(np.uint8)
    else:
        pixels = np.asarray(image)
    expect(name, pixels, depth=8, **facts)


def saved(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def without_segment(data, marker):
    at = 2
    while data[at + 1] != 0xDA:
        size = struct.unpack(">H", data[at + 2:at + 4])[0] + 2
        if data[at + 1] == marker:
            return data[:at] + data[at + size:]
        at += size
    raise ValueError(marker)


def tool(image, *command):
    out = io.BytesIO()
    image.save(out, "PPM")
    return subprocess.run(command, input=out.getvalue(), stdout=subprocess.PIPE, check=True).stdout


def jpegs():
    image = photo(45, 31)
    for name in ("444", "422", "420"):
        subsampling = f"{name[0]}:{name[1]}:{name[2]}"
        keep_jpeg(f"baseline-{name}.jpg", saved(image, quality=80, subsampling=subsampling))
        keep_jpeg(f"progressive-{name}.jpg", saved(image, quality=80, subsampling=subsampling, progressive=True))
    keep_jpeg("baseline-440.jpg", tool(image, "cjpeg", "-quality", "80", "-sample", "1x2"))
    keep_jpeg("baseline-411.jpg", tool(image, "cjpeg", "-quality", "80", "-sample", "4x1"))
    keep_jpeg("arithmetic.jpg", tool(image, "cjpeg", "-quality", "80", "-arithmetic"))
    keep_jpeg("arithmetic-progressive.jpg", tool(image, "cjpeg", "-quality", "80", "-arithmetic", "-progressive"))
    keep_jpeg("rgb.jpg", tool(image, "cjpeg", "-quality", "80", "-rgb"))
    scans = HERE / "scans.txt"
    scans.write_text("0;\n1;\n2;\n")
    keep_jpeg("one-scan-per-component.jpg", tool(image, "cjpeg", "-quality", "80", "-scans", str(scans)))
    scans.unlink()
    keep_jpeg("restart.jpg", saved(image, quality=80, restart_marker_blocks=2))
    keep_jpeg("gray.jpg", saved(image.convert("L"), quality=80))
    keep_jpeg("gray-progressive.jpg", saved(image.convert("L"), quality=80, progressive=True))
    light = 255 - np.asarray(image) // 2
    cmyk = saved(Image.fromarray(np.dstack([light, np.asarray(image.convert("L")) // 2]), "CMYK"), quality=85)
    at = cmyk.index(b"Adobe") + 11
    keep_jpeg("cmyk-adobe.jpg", cmyk)
    keep_jpeg("ycck-adobe.jpg", cmyk[:at] + b"\2" + cmyk[at + 1:])
    keep_jpeg("cmyk-plain.jpg", without_segment(cmyk, 0xEE), inverted=False)
    profile = (HERE / "srgb.icc").read_bytes()
    xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6"/>'
    exif = Image.Exif()
    exif[0x0112] = 6
    keep_jpeg("metadata.jpg", saved(image, quality=80, icc_profile=profile, dpi=(300, 150), comment="Grüße".encode(),
                                    xmp=xmp.encode(), exif=exif), orientation=6)
    small = photo(24, 16)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        exif[0x011A] = exif[0x011B] = 200.0
        exif[0x0128] = 3
        data = saved(small, quality=70, exif=exif)
        keep_jpeg(f"orientation{orientation}.jpg", without_segment(data, 0xE0), orientation=orientation)


pngs()
png_extras()
jpegs()
(HERE / "expected.json").write_text(json.dumps(EXPECTED, indent=0, sort_keys=True) + "\n")
(HERE / "expected.gz").write_bytes(gzip.compress(PIXELS, 9, mtime=0))
print(len(EXPECTED), "images,", sum(f.stat().st_size for f in HERE.iterdir()), "bytes")
