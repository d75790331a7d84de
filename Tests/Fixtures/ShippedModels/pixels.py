"""Decoded pixels of PNG files, with the standard library alone."""

import struct
import zlib


class Image:
    def __init__(self, width, height, channels, depth, samples):
        self.width, self.height, self.channels, self.depth = width, height, channels, depth
        self.samples = samples  # bytes, rows from the top; 16-bit samples are big-endian

    @property
    def digest(self):
        """The 64-bit FNV-1a hash of "width height channels depth", a newline and the samples."""
        head = f"{self.width} {self.height} {self.channels} {self.depth}\n".encode()
        value = 0xCBF29CE484222325
        for byte in head + self.samples:
            value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
        return f"{value:016x}"

    def thumbnail(self, side=16):
        """Means of side x side boxes for each channel, row by row, of 8-bit samples."""
        w, h, n = self.width, self.height, self.channels
        means = []
        for j in range(side):
            for i in range(side):
                y0, y1, x0, x1 = j * h // side, (j + 1) * h // side, i * w // side, (i + 1) * w // side
                for c in range(n):
                    total = sum(sum(self.samples[(y * w + x0) * n + c : (y * w + x1) * n : n]) for y in range(y0, y1))
                    means.append(total / ((y1 - y0) * (x1 - x0)))
        return means


def read_png(path):
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", path
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        at += 12 + length
        if kind == b"IHDR":
            width, height, depth, color, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
    assert depth in (8, 16) and not interlaced and color in (0, 2, 4, 6), f"{path}: an unexpected kind of PNG"
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    step = channels * depth // 8
    return Image(width, height, channels, depth, unfiltered(zlib.decompress(packed), width * step, height, step))


def unfiltered(data, stride, height, step):
    rows, above = [], bytes(stride)
    for y in range(height):
        kind = data[y * (stride + 1)]
        row = bytearray(step) + data[y * (stride + 1) + 1 : (y + 1) * (stride + 1)]  # with a pixel of zeros before it
        above = bytes(step) + above
        if kind == 1:
            for i in range(step, len(row)):
                row[i] = row[i] + row[i - step] & 255
        elif kind == 2:
            row = bytearray(a + b & 255 for a, b in zip(row, above))
        elif kind == 3:
            for i in range(step, len(row)):
                row[i] = row[i] + (row[i - step] + above[i] >> 1) & 255
        elif kind == 4:
            for i in range(step, len(row)):
                a, b, c = row[i - step], above[i], above[i - step]
                pa, pb, pc = abs(b - c), abs(a - c), abs(a + b - 2 * c)
                row[i] = row[i] + (a if pa <= pb and pa <= pc else b if pb <= pc else c) & 255
        above = bytes(row[step:])
        rows.append(above)
    return b"".join(rows)
