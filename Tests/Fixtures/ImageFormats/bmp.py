"""BMP files by an encoder of our own."""
import struct

import numpy as np

from shared import PROFILE, RANDOM, keep, widened


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
