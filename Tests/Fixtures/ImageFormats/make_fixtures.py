#!/usr/bin/env python3
"""Makes the WebP, TIFF, GIF and BMP files of this folder and what they must decode to.

TIFF and BMP files come from the small encoders below, their pixels are known because they were put in; libtiff's tiffcp
packs, tiles and splits some of them. GIF and WebP files come from Pillow; lossy ones must decode as dwebp and tiff2rgba
decode them.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0 numpy
    apt-get install libtiff-tools webp
    venv/bin/python Tests/Fixtures/ImageFormats/make_fixtures.py
"""
import gzip
import io
import json
import pathlib
import struct
import subprocess
import tempfile

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


# TIFF

def packed(samples, depth, order):
    """Rows of an array of height x width x samples; integers of any depth, or floats."""
    flat = samples.reshape(samples.shape[0], -1)
    if samples.dtype.kind == "f" or depth in (8, 16, 32):
        kind = samples.dtype if samples.dtype.kind == "f" else np.dtype(f"u{depth // 8}")
        return flat.astype(kind.newbyteorder(order)).tobytes()
    bits = ((flat[:, :, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
    return np.packbits(bits.reshape(flat.shape[0], -1), axis=1).tobytes()


def tiff(samples, depth, photometric, order="<", big=False, rows=5, planar=False, extra=(), tags=(), parts=None):
    height, width, count = samples.shape
    planes = [samples[:, :, i:i + 1] for i in range(count)] if planar else [samples]
    strips = parts or [packed(p[y:y + rows], depth, order) for p in planes for y in range(0, height, rows)]
    kind = 3 if samples.dtype.kind == "f" else 1
    entries = [(256, 4, [width]), (257, 4, [height]), (258, 3, [depth] * count), (259, 3, [1]),
               (262, 3, [photometric]), (273, 4, [0] * len(strips)), (277, 3, [count]), (278, 4, [rows]),
               (279, 4, [len(s) for s in strips]), (284, 3, [2 if planar else 1]), (339, 3, [kind] * count)]
    if extra:
        entries.append((338, 3, list(extra)))
    own = {tag for tag, _, _ in tags}
    entries = sorted([e for e in entries if e[0] not in own] + list(tags))
    head = 16 if big else 8
    offset = "Q" if big else "I"
    body = bytearray()
    places = []
    for strip in strips:
        places.append(head + len(body))
        body += strip + b"\0" * (len(strip) % 2)
    entries = [(t, k, places if t == 273 else v) for t, k, v in entries]
    directory = head + len(body)
    size = (8 + 20 * len(entries) + 8) if big else (2 + 12 * len(entries) + 4)
    first, behind = struct.pack(order + ("Q" if big else "H"), len(entries)), bytearray()
    for tag, kind, values in entries:
        if kind in (2, 7):
            data = bytes(values)
            number = len(data)
        elif kind == 5:
            data = b"".join(struct.pack(order + "II", *v) for v in values)
            number = len(values)
        else:
            data = struct.pack(order + {1: "B", 3: "H", 4: "I"}[kind] * len(values), *values)
            number = len(values)
        room = 8 if big else 4
        if len(data) > room:
            place = struct.pack(order + offset, directory + size + len(behind))
            behind += data + b"\0" * (len(data) % 2)
        else:
            place = data.ljust(room, b"\0")
        first += struct.pack(order + "HH" + offset, tag, kind, number) + place
    first += struct.pack(order + offset, 0)
    mark = b"II" if order == "<" else b"MM"
    start = mark + (struct.pack(order + "HHHQ", 43, 8, 0, directory) if big else struct.pack(order + "HI", 42, directory))
    return start + bytes(body) + first + bytes(behind)


def tool(data, *command, suffix=".tif"):
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "in" + suffix), pathlib.Path(folder, "out.tif")
        source.write_bytes(data)
        subprocess.run([*command, str(source), str(target)], check=True, capture_output=True)
        return target.read_bytes()


def seen_by_libtiff(data):
    """Pixels as tiff2rgba makes them, without alpha."""
    return np.asarray(Image.open(io.BytesIO(tool(data, "tiff2rgba", "-c", "none"))).convert("RGB"))


def widened(values, depth):
    top, most, kind = (1 << depth) - 1, 255 if depth <= 8 else 65535, np.uint8 if depth <= 8 else np.uint16
    return ((values.astype(np.int64) * most + top // 2) // top).astype(kind)


def tiffs():
    size = (13, 19)
    for i, depth in enumerate((1, 2, 3, 4, 6, 8, 10, 12, 14, 16)):
        order = "<>"[i % 2]
        gray = RANDOM.integers(0, 1 << depth, size + (1,))
        keep(f"gray{depth}.tif", tiff(gray, depth, 1, order), widened(gray, depth), depth)
        if depth in (4, 8, 12, 16):
            color = RANDOM.integers(0, 1 << depth, size + (3,))
            keep(f"rgb{depth}.tif", tiff(color, depth, 2, order), widened(color, depth), depth)
        if depth in (1, 8, 16):
            top = np.iinfo(widened(gray, depth).dtype).max
            keep(f"white{depth}.tif", tiff(gray, depth, 0, order), top - widened(gray, depth), depth)
        if depth in (1, 4, 8):
            colors = RANDOM.integers(0, 65536, (3, 1 << depth))
            keep(f"palette{depth}.tif", tiff(gray, depth, 3, order, tags=[(320, 3, list(colors.reshape(-1)))]),
                 (colors >> 8).astype(np.uint8).T[gray[:, :, 0]], depth)
    for depth in (8, 16):
        kind = np.uint8 if depth == 8 else np.uint16
        most = int(np.iinfo(kind).max)
        rgba = RANDOM.integers(0, most + 1, size + (4,)).astype(kind)
        rgba[0, :5, 3] = 0
        keep(f"rgba{depth}.tif", tiff(rgba, depth, 2, extra=[2]), rgba, depth)
        keep(f"gray-alpha{depth}.tif", tiff(rgba[:, :, 2:], depth, 1, ">", extra=[2]), rgba[:, :, 2:], depth)
        alpha = rgba[:, :, 3:].astype(np.int64)
        product = (rgba[:, :, :3].astype(np.int64) * alpha + most // 2) // most
        straight = np.where(alpha > 0, np.minimum((product * most + alpha // 2) // np.maximum(alpha, 1), most), 0)
        keep(f"associated{depth}.tif", tiff(np.dstack([product, alpha]), depth, 2, extra=[1]),
             np.dstack([straight, alpha]).astype(kind), depth)
        keep(f"further{depth}.tif", tiff(rgba, depth, 2, extra=[0]), rgba[:, :, :3], depth)
        inks = RANDOM.integers(0, most + 1, size + (4,))
        light = ((most - inks[:, :, :3]) * (most - inks[:, :, 3:]) + most // 2) // most
        keep(f"cmyk{depth}.tif", tiff(inks, depth, 5), light.astype(kind), depth)
        keep(f"planar{depth}.tif", tiff(rgba, depth, 2, "<>"[depth // 16], planar=True, extra=[2]), rgba, depth)
    for name, kind in (("16", np.float16), ("32", np.float32), ("64", np.float64)):
        values = (RANDOM.random(size + (3,)) * 1.5 - 0.25).astype(kind)
        values[0, 0] = [np.nan, np.inf, -np.inf]
        clamped = np.nan_to_num(np.clip(values.astype(np.float64), 0, 1))
        keep(f"float{name}.tif", tiff(values, int(name), 2, rows=4), (clamped * 65535 + 0.5).astype(np.uint16), int(name))
    long = RANDOM.integers(0, 1 << 32, size + (1,), dtype=np.uint64)
    keep("gray32.tif", tiff(long, 32, 1), (long >> 16).astype(np.uint16), 32)
    rgb = photo(40, 35)
    keep("big-little.tif", tiff(rgb, 8, 2, "<", big=True), rgb)
    keep("big-big.tif", tiff(rgb, 8, 2, ">", big=True), rgb)
    plain = tiff(rgb, 8, 2)
    for scheme in ("lzw", "lzw:2", "zip:2", "packbits"):
        keep(f"rgb-{scheme.replace(':', '-')}.tif", tool(plain, "tiffcp", "-c", scheme), rgb)
    deep = RANDOM.integers(0, 65536, (35, 40, 3)).astype(np.uint16) // 64 * 64
    keep("rgb16-tiled.tif", tool(tiff(deep, 16, 2), "tiffcp", "-t", "-w", "16", "-l", "16", "-c", "zip"), deep, 16)
    keep("rgb-tiled.tif", tool(plain, "tiffcp", "-t", "-w", "16", "-l", "32"), rgb)
    keep("rgb-tiled-planar.tif", tool(plain, "tiffcp", "-t", "-w", "32", "-l", "16", "-p", "separate", "-c", "lzw"), rgb)
    lines = ((np.mgrid[0:35, 0:40].sum(0) // 3) % 2)[:, :, None]
    bilevel = tiff(lines, 1, 0)
    for scheme in ("g3", "g4"):
        keep(f"bilevel-{scheme}.tif", tool(bilevel, "tiffcp", "-c", scheme), (255 - lines * 255).astype(np.uint8), 1)
    keep("bilevel-tiled.tif", tool(bilevel, "tiffcp", "-t", "-w", "16", "-l", "16"), (255 - lines * 255).astype(np.uint8), 1)
    for name, options in (("jpeg", ["-c", "jpeg:80", "-r", "16"]), ("jpeg-rgb", ["-c", "jpeg:r:80", "-r", "16"]),
                          ("jpeg-tiled", ["-c", "jpeg:r:80", "-t", "-w", "16", "-l", "16"])):
        data = tool(plain, "tiffcp", *options)
        keep(f"{name}.tif", data, seen_by_libtiff(data), tolerance=1)
    # Luma for each pixel, chroma for each square of four: blocks of six samples.
    blocks = RANDOM.integers(16, 240, (16 // 2 + 1, 20 // 2, 6)).astype(np.uint8)
    data = tiff(np.zeros((18, 20, 3), np.uint8), 8, 6, rows=18, parts=[blocks.tobytes()],
                tags=[(530, 3, [2, 2]), (532, 5, [(0, 1), (255, 1), (128, 1), (255, 1), (128, 1), (255, 1)])])
    keep("ycbcr.tif", data, seen_by_libtiff(data), tolerance=1)
    lab = RANDOM.integers(0, 256, (9, 11, 3)).astype(np.uint8)
    data = tiff(lab, 8, 8)
    keep("lab.tif", data, seen_by_libtiff(data), tolerance=1)
    small = photo(12, 7)
    for orientation in range(1, 9):
        keep(f"orientation{orientation}.tif", tiff(small, 8, 2, rows=3, tags=[(274, 3, [orientation])]),
             upright(small, orientation), orientation=orientation)
    keep("metadata.tif",
         tiff(small, 8, 2, tags=[(270, 2, "Grüße\0".encode()), (274, 3, [6]), (282, 5, [(300, 1)]), (283, 5, [(150, 1)]),
                                 (296, 3, [2]), (305, 2, b"by hand\0"), (315, 2, b"A. Author\0"), (700, 1, list(XMP)),
                                 (33432, 2, b"(c) nobody\0"), (34675, 7, PROFILE)]),
         upright(small, 6), orientation=6)
    with tempfile.TemporaryDirectory() as folder:
        pages = [pathlib.Path(folder, f"{i}.tif") for i in range(4)]
        for i, page in enumerate(pages[:3]):
            page.write_bytes(tiff(small[i:], 8, 2))
        subprocess.run(["tiffcp", *map(str, pages)], check=True)
        keep("pages.tif", pages[3].read_bytes(), small)


# BMP

def bmp(width, height, bits, rows, compression=0, palette=b"", header=40, masks=b"", top_down=False, colors=0,
        profile=b""):
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, -height if top_down else height, 1, bits, compression,
                           len(rows), 3937, 7874, colors, 0) + masks
    place = len(info) + len(palette)
    if header >= 108:
        info += (b"DEBM" if profile else b"BGRs") + b"\0" * 48
    if header == 124:
        place = 124 + len(palette)
        info += struct.pack("<IIII", 4, place + len(rows) if profile else 0, len(profile), 0)
    start = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(rows) + len(profile), 0, 0, start) + info + palette + rows + profile


def bmp_rows(rows, top_down=False):
    rows = [r + b"\0" * (-len(r) % 4) for r in rows]
    return b"".join(rows if top_down else rows[::-1])


def indexed_rows(index, bits):
    return [np.packbits(((r[:, None] >> np.arange(bits - 1, -1, -1)) & 1).astype(np.uint8).reshape(-1)).tobytes()
            for r in index]


def runs(index, nibbles):
    """Runs, literals, a skip over background and a row that ends early."""
    out = bytearray()
    for number, row in enumerate(index[::-1]):
        x, row = 0, list(row)
        while row and row[-1] == 0 and number % 2:
            row.pop()
        while x < len(row):
            run = 1
            while x + run < len(row) and row[x + run] == row[x] and run < 255:
                run += 1
            if run >= 3 and row[x] == 0 and x + run < len(row):
                out += bytes([0, 2, run, 0])
            elif run >= 2 or len(row) - x < 3:
                out += bytes([run, row[x] * 17 if nibbles else row[x]])
            else:
                run = min(5, len(row) - x)
                part = row[x:x + run]
                data = bytes(part) if not nibbles else bytes(
                    a << 4 | b for a, b in zip(part[::2], part[1::2] + [0] * (len(part) % 2)))
                out += bytes([0, run]) + data + b"\0" * (len(data) % 2)
            x += run
        out += b"\0\0"
    return bytes(out) + b"\0\1"


def bmps():
    width, height = 19, 13
    for bits in (1, 2, 4, 8):
        count = min(1 << bits, 200)
        palette = RANDOM.integers(0, 256, (count, 3)).astype(np.uint8)
        index = RANDOM.integers(0, count, (height, width))
        entries = np.dstack([palette[:, ::-1].reshape(1, count, 3), np.zeros((1, count, 1), np.uint8)]).tobytes()
        keep(f"palette{bits}.bmp", bmp(width, height, bits, bmp_rows(indexed_rows(index, bits)), palette=entries,
                                       colors=count if bits == 8 else 0), palette[index], bits)
        if bits in (4, 8):
            image = np.where(RANDOM.random((height, width)) < 0.5, np.repeat(index[:, ::4], 4, 1)[:, :width], index)
            image[3] = 0
            image[5, 9:] = 0
            image[6, 2:12] = 0
            keep(f"runs{bits}.bmp", bmp(width, height, bits, runs(image, bits == 4), bits == 8 and 1 or 2, entries,
                                        colors=count), palette[image], bits)
    gray = RANDOM.integers(0, 256, (height, width))
    ramp = b"".join(bytes([i, i, i, 0]) for i in range(256))
    keep("gray8.bmp", bmp(width, height, 8, bmp_rows(indexed_rows(gray, 8)), palette=ramp), gray.astype(np.uint8))
    old = b"".join(bytes([i, 255 - i, i // 2]) for i in range(256))
    keep("old8.bmp", bmp(width, height, 8, bmp_rows(indexed_rows(gray, 8)), palette=old, header=12),
         np.dstack([gray // 2, 255 - gray, gray]).astype(np.uint8))
    rgba = RANDOM.integers(0, 256, (height, width, 4)).astype(np.uint8)
    rgb = rgba[:, :, :3]
    rows24 = [r[:, ::-1].tobytes() for r in rgb]
    keep("rgb24.bmp", bmp(width, height, 24, bmp_rows(rows24)), rgb)
    keep("top-down.bmp", bmp(width, height, 24, bmp_rows(rows24, True), top_down=True), rgb)
    keep("old24.bmp", bmp(width, height, 24, bmp_rows(rows24), header=12), rgb)
    rows32 = [r[:, [2, 1, 0, 3]].tobytes() for r in rgba]
    keep("rgb32.bmp", bmp(width, height, 32, bmp_rows(rows32)), rgb)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    keep("rgba32-v4.bmp", bmp(width, height, 32, bmp_rows(rows32), 3, header=108, masks=masks), rgba)
    keep("rgba32-v5.bmp", bmp(width, height, 32, bmp_rows(rows32), 3, header=124, masks=masks, profile=PROFILE), rgba)
    swapped = struct.pack("<III", 0xFF000000, 0xFF0000, 0xFF00)
    keep("fields32.bmp", bmp(width, height, 32, bmp_rows([r[:, ::-1].tobytes() for r in rgba]), 3, masks=swapped), rgb)
    for name, widths, compression in (("555", (5, 5, 5), 0), ("565", (5, 6, 5), 3)):
        parts = [RANDOM.integers(0, 1 << w, (height, width)) for w in widths]
        value = parts[0] << (widths[1] + widths[2]) | parts[1] << widths[2] | parts[2]
        fields = struct.pack("<III", *[((1 << w) - 1) << s for w, s in zip(widths, (widths[1] + 5, 5, 0))])
        keep(f"rgb{name}.bmp", bmp(width, height, 16, bmp_rows([r.astype("<u2").tobytes() for r in value]), compression,
                                   masks=fields if compression else b""),
             np.dstack([widened(p, w) for p, w in zip(parts, widths)]))


# GIF and WebP, by Pillow

def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def gifs():
    palette = RANDOM.integers(0, 256, (32, 3)).astype(np.uint8)
    index = np.repeat(RANDOM.integers(0, 32, (23, 8)), 4, 1)[:, :29].astype(np.uint8)
    image = Image.fromarray(index, "P")
    image.putpalette(palette.tobytes())
    rgb = palette[index]
    keep("plain.gif", saved(image, "GIF", interlace=0, comment="Grüße".encode()), rgb)
    keep("interlaced.gif", saved(image, "GIF", interlace=1), rgb)
    rgba = np.dstack([rgb, np.where(index == 5, 0, 255).astype(np.uint8)])
    keep("transparent.gif", saved(image, "GIF", interlace=1, transparency=5), rgba)
    frames = [image.point(lambda v, i=i: (v + i) % 32) for i in (1, 2)]
    keep("animated.gif", saved(image, "GIF", save_all=True, append_images=frames, duration=50, loop=0), rgb)
    data = bytearray(saved(image, "GIF", interlace=0))
    # The image lies in a larger whole.
    data[6:10] = struct.pack("<HH", 40, 30)
    at = data.index(b"\x2c\0\0\0\0")
    data[at + 1:at + 5] = struct.pack("<HH", 4, 6)
    whole = np.zeros((30, 40, 4), np.uint8)
    whole[6:29, 4:33] = np.dstack([rgb, np.full((23, 29, 1), 255, np.uint8)])
    keep("part.gif", bytes(data), whole)


def seen_by_dwebp(data, channels):
    with tempfile.NamedTemporaryFile(suffix=".webp") as file:
        file.write(data)
        file.flush()
        pam = subprocess.run(["dwebp", "-quiet", "-pam", file.name, "-o", "-"], stdout=subprocess.PIPE, check=True).stdout
    header, pixels = pam.split(b"ENDHDR\n", 1)
    fields = dict(line.split(None, 1) for line in header.decode().splitlines()[1:])
    whole = np.frombuffer(pixels, np.uint8).reshape(int(fields["HEIGHT"]), int(fields["WIDTH"]), -1)
    return whole[:, :, :channels]


def webps():
    rgb = photo(37, 29)
    alpha = np.tile(np.linspace(0, 255, 37).astype(np.uint8), (29, 1))[:, :, None]
    # Pillow's animations hold no color under what is transparent.
    rgba = np.dstack([np.where(alpha > 0, rgb, 0), alpha])
    image, clear = Image.fromarray(rgb), Image.fromarray(rgba)
    keep("lossless.webp", saved(image, "WEBP", lossless=True), rgb)
    keep("lossless-alpha.webp", saved(clear, "WEBP", lossless=True, exact=True), rgba)
    for name, source, channels in (("lossy", image, 3), ("lossy-alpha", clear, 4)):
        data = saved(source, "WEBP", quality=80)
        keep(f"{name}.webp", data, seen_by_dwebp(data, channels), tolerance=1)
    exif = Image.Exif()
    exif[0x010E], exif[0x0112], exif[0x0131] = "a description", 6, "Pillow"
    exif[0x011A] = exif[0x011B] = 200.0
    exif[0x0128] = 3
    keep("metadata.webp", saved(image, "WEBP", lossless=True, icc_profile=PROFILE, exif=exif.tobytes(), xmp=XMP),
         upright(rgb, 6), orientation=6)
    small = photo(12, 7)
    for orientation in (2, 3, 4, 5, 7, 8):
        exif = Image.Exif()
        exif[0x0112] = orientation
        keep(f"orientation{orientation}.webp",
             saved(Image.fromarray(small), "WEBP", lossless=True, exif=exif.tobytes()), upright(small, orientation),
             orientation=orientation)
    frames = [Image.fromarray(np.roll(rgba, i, 1)) for i in (1, 2)]
    keep("animated.webp", saved(clear, "WEBP", save_all=True, append_images=frames, duration=40, lossless=True,
                                exact=True), rgba)


tiffs()
bmps()
gifs()
webps()
(HERE / "expected.json").write_text(json.dumps(EXPECTED, indent=0, sort_keys=True) + "\n")
(HERE / "expected.gz").write_bytes(gzip.compress(bytes(PIXELS), 9, mtime=0))
print(len(EXPECTED), "images,", sum(f.stat().st_size for f in HERE.iterdir()), "bytes")
