"""GIF and WebP files, by Pillow."""
import struct
import subprocess
import tempfile

import numpy as np
from PIL import Image

from shared import PROFILE, RANDOM, XMP, keep, photo, saved, upright


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
