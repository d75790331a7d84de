"""AVIF and HEIC files, by heif-enc and Pillow."""
import io
import pathlib
import struct
import subprocess
import tempfile
import zlib

import numpy as np
from PIL import Image

from shared import PROFILE, RANDOM, XMP, described, keep, made, photo, png, saved, upright, widened


def seen_by_heif_convert(data, channels, depth):
    """8 bits as they are. More bits are repeated by the tool; their first ones are what was stored."""
    result = made(".png", ["heif-convert", "in.heic", "OUT"], ("in.heic", data))
    if depth == 8:
        pixels = np.asarray(Image.open(io.BytesIO(result)))
        pixels = pixels.reshape(pixels.shape[0], pixels.shape[1], -1)
    else:
        pixels = widened(rows16(result) >> (16 - depth), depth)
    # It makes RGB of gray.
    return pixels if channels >= 3 else pixels[:, :, [0, -1][:channels]]


def rows16(data):
    """A PNG of 16 bits and any color type that libpng has written without interlacing."""
    width, height, _, kind = struct.unpack(">IIBB", data[16:26])
    channels, at, packed = {0: 1, 2: 3, 4: 2, 6: 4}[kind], 8, b""
    while at < len(data):
        size = struct.unpack(">I", data[at:at + 4])[0]
        packed += data[at + 8:at + 8 + size] if data[at + 4:at + 8] == b"IDAT" else b""
        at += 12 + size
    raw, pixel = zlib.decompress(packed), 2 * channels
    stride, above, rows = width * pixel, bytearray(width * pixel), []
    for y in range(height):
        row = bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left, up, corner = (row[i - pixel] if i >= pixel else 0), above[i], (above[i - pixel] if i >= pixel else 0)
            near = min((abs(up - corner), 0, left), (abs(left - corner), 1, up), (abs(left + up - 2 * corner), 2, corner))
            row[i] = (row[i] + (0, left, up, (left + up) // 2, near[2])[raw[y * (stride + 1)]]) & 255
        above = row
        rows.append(np.frombuffer(bytes(row), ">u2"))
    return np.stack(rows).reshape(height, width, channels).astype(np.uint16)


def high_efficiency():
    rgb = photo(40, 30)
    alpha = np.tile(np.linspace(0, 255, 40).astype(np.uint8), (30, 1))[:, :, None]
    kinds = {"rgb": rgb, "rgba": np.dstack([rgb, alpha]), "gray": rgb[:, :, :1], "gray-alpha": np.dstack([rgb[:, :, :1], alpha])}
    for name, pixels in kinds.items():
        wide = pixels.astype(np.uint16) * 257
        for suffix, depths in ((".heic", (8, 10, 12)), (".avif", (8, 12))):
            for depth in depths:
                source = png(pixels if depth == 8 else wide)
                data = made(suffix, ["heif-enc", "in.png", "-o", "OUT", "-q", "60", "-b", str(depth)], ("in.png", source))
                keep(f"{name}{depth}{suffix}", data, seen_by_heif_convert(data, pixels.shape[2], depth), depth)
    source = png(kinds["rgba"])
    data = made(".heic", ["heif-enc", "in.png", "-o", "OUT", "-q", "90", "--premultiplied-alpha"], ("in.png", source))
    stored = seen_by_heif_convert(data, 4, 8).astype(np.int64)
    opaque = np.maximum(stored[:, :, 3:], 1)
    straight = np.where(stored[:, :, 3:] > 0, np.minimum((stored[:, :, :3] * 255 + opaque // 2) // opaque, 255), 0)
    keep("premultiplied.heic", data, np.dstack([straight, stored[:, :, 3:]]).astype(np.uint8))
    pages = [(f"{i}.png", png(rgb[i:])) for i in range(2)]
    data = made(".heic", ["heif-enc", "0.png", "1.png", "-o", "OUT", "-q", "50", "-t", "16"], *pages)
    keep("pages.heic", data, seen_by_pages(data))
    # heif-enc writes no turns; one takes the place of the property that tells the depth.
    plain = made(".heic", ["heif-enc", "in.png", "-o", "OUT", "-q", "90"], ("in.png", png(rgb)))
    seen = seen_by_heif_convert(plain, 3, 8)
    for orientation, kind, value in ((2, b"imir", 1), (3, b"irot", 2), (4, b"imir", 0), (6, b"irot", 3), (8, b"irot", 1)):
        at = plain.index(b"pixi") - 4
        data = plain[:at] + struct.pack(">I4sB7x", 16, kind, value) + plain[at + 16:]
        keep(f"orientation{orientation}.heic", data, upright(seen, orientation), orientation=orientation)
    image = Image.fromarray(rgb)
    gray = Image.fromarray(rgb[:, :, 0])
    data = saved(gray, "AVIF", quality=100, range="limited")
    keep("limited.avif", data, rgb[:, :, :1], tolerance=2)
    frames = [Image.fromarray(np.roll(rgb, i, 1)) for i in (1, 2)]
    data = saved(image, "AVIF", save_all=True, append_images=frames, quality=100, subsampling="4:4:4", duration=50)
    keep("animated.avif", data, rgb, tolerance=6)
    small = np.kron(RANDOM.integers(0, 256, (3, 5, 3)), np.ones((4, 4, 1))).astype(np.uint8)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = saved(Image.fromarray(small), "AVIF", quality=100, subsampling="4:4:4", exif=exif.tobytes())
        keep(f"orientation{orientation}.avif", data, upright(small, orientation), orientation=orientation, tolerance=6)
    data = saved(Image.fromarray(small), "AVIF", quality=100, subsampling="4:4:4", exif=described(6).tobytes(),
                 icc_profile=PROFILE, xmp=XMP)
    keep("metadata.avif", data, upright(small, 6), orientation=6, tolerance=6)
    # What EXIF says of the orientation counts for nothing in a HEIC; heif-enc copies it.
    turned = saved(Image.fromarray(small), "JPEG", quality=95, exif=described(6).tobytes(), icc_profile=PROFILE, xmp=XMP)
    data = made(".heic", ["heif-enc", "in.jpg", "-o", "OUT", "-q", "90"], ("in.jpg", turned))
    seen = seen_by_heif_convert(data, 3, 8)
    keep("metadata.heic", data, seen, orientation=6 if seen.shape[0] == small.shape[1] else 1)


def seen_by_pages(data):
    """The first of several images: heif-convert numbers its results."""
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "in.heic").write_bytes(data)
        subprocess.run(["heif-convert", "in.heic", "out.png"], check=True, capture_output=True, cwd=folder)
        return np.asarray(Image.open(sorted(pathlib.Path(folder).glob("out*.png"))[0]))
