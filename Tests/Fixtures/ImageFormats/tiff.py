"""TIFF files by an encoder of our own; tiffcp packs, tiles and splits some of them."""
import io
import pathlib
import struct
import subprocess
import tempfile

import numpy as np
from PIL import Image

from shared import PROFILE, RANDOM, XMP, keep, photo, upright, widened


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
