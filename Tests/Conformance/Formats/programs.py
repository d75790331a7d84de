"""Images as the programs of their formats make and see them, and as atelier converts them."""
import io
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image, ImageOps

FIXTURES = pathlib.Path(__file__).parents[2] / "Fixtures"
sys.path.insert(0, str(FIXTURES / "ImageFormats"))

from high_efficiency import rows16  # noqa: E402
from shared import PROFILE, described, made, png, saved, upright  # noqa: E402
from tiff import tiff  # noqa: E402

MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True).stdout


class Atelier:
    """Converts by an upscaler of factor 1 whose weights are zeros: it adds nothing to its input."""

    def __init__(self, program, folder):
        self.program, self.model = program, folder / "plain.safetensors"
        shapes = {"body.0.weight": [4, 3, 3, 3], "body.0.bias": [4], "body.1.weight": [4],
                  "body.2.weight": [3, 4, 3, 3], "body.2.bias": [3]}
        head, end = {}, 0
        for name, shape in shapes.items():
            size = 4 * int(np.prod(shape))
            head[name] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end + size]}
            end += size
        text = json.dumps(head).encode()
        self.model.write_bytes(struct.pack("<Q", len(text)) + text + bytes(end))

    def converted(self, source, target):
        """None, or why the file was refused."""
        result = subprocess.run(
            [str(self.program), "upscale", str(source), "-m", str(self.model), "-o", str(target), "--no-provenance",
             "--keep-shift", "--pre-pad", "0", "--lossless", "--tiff-compression", "none", "--quality", "98",
             "--kernels", "rules", "--quiet"], capture_output=True, text=True)
        return None if result.returncode == 0 else result.stderr.strip()


def rows_of_tiff(data):
    """Pixels and fields of an uncompressed TIFF in strips; CMYK as RGB."""
    order = "<" if data[:1] == b"I" else ">"
    at = struct.unpack(order + "I", data[4:8])[0]
    fields = {}
    for i in range(struct.unpack(order + "H", data[at:at + 2])[0]):
        place = at + 2 + 12 * i
        tag, kind, count = struct.unpack(order + "HHI", data[place:place + 8])
        size = {3: 2, 4: 4}.get(kind, 0) * count
        start = place + 8 if size <= 4 else struct.unpack(order + "I", data[place + 8:place + 12])[0]
        if size:
            fields[tag] = struct.unpack(order + str(count) + {3: "H", 4: "I"}[kind], data[start:start + size])
    strips = b"".join(data[o:o + n] for o, n in zip(fields[273], fields[279]))
    kind = np.uint8 if fields[258][0] == 8 else np.dtype(order + "u2")
    pixels = np.frombuffer(strips, kind).reshape(fields[257][0], fields[256][0], -1)
    pixels = pixels.astype(np.uint8 if fields[258][0] == 8 else np.uint16)
    if fields[262][0] == 5:
        pixels = without_inks(pixels)
    return upright(pixels, fields.get(274, (1,))[0])


def without_inks(inks):
    light = 255 - inks.astype(np.int64)
    return ((light[:, :, :3] * light[:, :, 3:] + 127) // 255).astype(np.uint8)


def rows_of_pillow(image, is_upright=False):
    if image.mode == "CMYK":
        return without_inks(np.asarray(image))
    if image.mode not in MODES.values():
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    pixels = np.asarray(image if is_upright else ImageOps.exif_transpose(image))
    return pixels.reshape(pixels.shape[0], pixels.shape[1], -1)


def make(kind, pixels):
    """A file with those pixels, by the program of its format."""
    channels, wide = pixels.shape[2], pixels.dtype == np.uint16
    image = None if wide else Image.fromarray(pixels.squeeze(), MODES[channels])
    source = ("in.png", png(pixels))
    match kind:
        case "png": return png(pixels)
        case "jpeg": return saved(image, "JPEG", quality=95)
        case "webp": return made(".webp", ["cwebp", "-quiet", "-lossless", "-exact", "in.png", "-o", "OUT"], source)
        case "tiff": return tiff(pixels, 16 if wide else 8, 2 if channels >= 3 else 1, extra=[2] if channels % 2 == 0 else [])
        case "bmp": return saved(image, "BMP")
        case "gif":
            few = image.convert("RGB").quantize(60)
            return saved(few, "GIF", **({"transparency": 3} if channels == 4 else {}))
        case "avif" | "heic":
            depth = "12" if wide else "8"
            return made("." + kind, ["heif-enc", "in.png", "-o", "OUT", "-q", "80", "-b", depth], source)
        case "jxl": return made(".jxl", ["cjxl", "in.png", "OUT", "-d", "0"], source)
    raise ValueError(kind)


def seen(kind, data):
    """What the program of the format makes of a file: an upright array of height x width x channels."""
    match kind:
        case "png": return rows16(data) if data[24] == 16 else rows_of_pillow(Image.open(io.BytesIO(data)))
        case "jpeg" | "gif" | "bmp": return rows_of_pillow(Image.open(io.BytesIO(data)))
        case "webp":
            if b"ANMF" in data:
                data = made(".webp", ["webpmux", "-get", "frame", "1", "in.webp", "-o", "OUT"], ("in.webp", data))
            pam = made(".pam", ["dwebp", "-quiet", "-pam", "in.webp", "-o", "OUT"], ("in.webp", data))
            head, samples = pam.split(b"ENDHDR\n", 1)
            fields = dict(line.split(None, 1) for line in head.decode().splitlines()[1:])
            pixels = np.frombuffer(samples, np.uint8).reshape(int(fields["HEIGHT"]), int(fields["WIDTH"]), -1)
            with Image.open(io.BytesIO(data)) as image:
                return upright(pixels, image.getexif().get(0x0112, 1))
        case "tiff":
            return rows_of_tiff(made(".tif", ["tiffcp", "-c", "none", "-s", "in.tif", "OUT"], ("in.tif", data)))
        case "avif" | "heic" | "jxl":
            words = ["djxl", "in." + kind, "OUT"] if kind == "jxl" else ["heif-convert", "in." + kind, "OUT"]
            result = made(".png", words, ("in." + kind, data))
            # Both programs have turned the pixels, and copy the EXIF as it was.
            return rows16(result) if result[24] == 16 else rows_of_pillow(Image.open(io.BytesIO(result)), is_upright=True)
    raise ValueError(kind)


def details(data, suffix):
    """What ExifTool and Pillow find beside the pixels."""
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        fields = json.loads(run("exiftool", "-j", "-G1", file.name))[0]
        profile = run("exiftool", "-b", "-ICC_Profile", file.name)
    with Image.open(io.BytesIO(data)) as image:
        exif = image.getexif()
        frames = getattr(image, "n_frames", 1)
    return {"profile": profile, "maker note": exif.get_ifd(0x8769).get(0x927C), "orientation": exif.get(0x0112, 1),
            "by-line": fields.get("IPTC:By-line"), "has XMP": any(key.startswith("XMP-") for key in fields),
            "frames": frames}


def with_details(kind, pixels):
    """A file of a format that ExifTool writes, with a profile, EXIF, IPTC and XMP."""
    options = {"exif": described(1).tobytes(), "icc_profile": PROFILE}
    if kind == "webp":
        options["lossless"] = True
    data = saved(Image.fromarray(pixels), kind.upper(), **options)
    with tempfile.NamedTemporaryFile(suffix="." + kind) as file:
        pathlib.Path(file.name).write_bytes(data)
        iptc = [] if kind == "webp" else ["-IPTC:By-line=Somebody"]
        run("exiftool", "-m", "-q", "-overwrite_original_in_place", *iptc, "-XMP-dc:Title=A title", file.name)
        return pathlib.Path(file.name).read_bytes()
