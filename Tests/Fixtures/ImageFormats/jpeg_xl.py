"""JPEG XL files, by cjxl."""
import io

import numpy as np
from PIL import Image

from shared import PROFILE, RANDOM, XMP, described, keep, made, photo, png, saved


def jpeg_xls():
    rgb = photo(40, 30)
    alpha = np.tile(np.linspace(0, 255, 40).astype(np.uint8), (30, 1))[:, :, None]
    kinds = {"rgb": rgb, "rgba": np.dstack([rgb, alpha]), "gray": rgb[:, :, :1], "gray-alpha": np.dstack([rgb[:, :, :1], alpha])}
    for name, pixels in kinds.items():
        for depth in (8, 16):
            wide = pixels.astype(np.uint16) * 257
            if depth == 16:
                # cjxl keeps 8 bits of alpha.
                colors = wide[:, :, :3 - 2 * (pixels.shape[2] < 3)]
                colors ^= RANDOM.integers(0, 4, colors.shape).astype(np.uint16)
            wide = wide if depth == 16 else pixels
            data = made(".jxl", ["cjxl", "in.png", "OUT", "-d", "0", "-e", "4"], ("in.png", png(wide)))
            keep(f"{name}{depth}.jxl", data, wide, depth)
    data = made(".jxl", ["cjxl", "in.png", "OUT", "-d", "1.5"], ("in.png", png(rgb)))
    seen = np.asarray(Image.open(io.BytesIO(made(".png", ["djxl", "in.jxl", "OUT"], ("in.jxl", data)))))
    # libjxl rounds differently with other instructions of processors.
    keep("lossy.jxl", data, seen, tolerance=1)
    frames = [Image.fromarray(np.roll(rgb, i, 1)) for i in (1, 2)]
    animated = saved(Image.fromarray(rgb), "PNG", save_all=True, append_images=frames, duration=50)
    keep("animated.jxl", made(".jxl", ["cjxl", "in.png", "OUT", "-d", "0"], ("in.png", animated)), rgb)
    small = np.kron(RANDOM.integers(0, 256, (3, 5, 3)), np.ones((4, 4, 1))).astype(np.uint8)
    for orientation in range(1, 9):
        turned = saved(Image.fromarray(small), "JPEG", quality=95, exif=described(orientation).tobytes())
        data = made(".jxl", ["cjxl", "in.jpg", "OUT"], ("in.jpg", turned))
        seen = np.asarray(Image.open(io.BytesIO(made(".png", ["djxl", "in.jxl", "OUT"], ("in.jxl", data)))))
        keep(f"orientation{orientation}.jxl", data, seen, orientation=orientation)
    turned = saved(Image.fromarray(small), "JPEG", quality=95, exif=described(6).tobytes(), icc_profile=PROFILE, xmp=XMP)
    data = made(".jxl", ["cjxl", "in.jpg", "OUT"], ("in.jpg", turned))
    seen = np.asarray(Image.open(io.BytesIO(made(".png", ["djxl", "in.jxl", "OUT"], ("in.jxl", data)))))
    keep("metadata.jxl", data, seen, orientation=6)
