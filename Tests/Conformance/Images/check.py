"""Makes images of many kinds, and compares what ImageFiles reads and writes with other programs; see check.sh."""
import itertools
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image, ImageOps

RANDOM = np.random.default_rng(5)
WORK = tempfile.TemporaryDirectory()
HERE = pathlib.Path(WORK.name)
COUNTS = {}
FAILURES = []
# Runs of this one pass the ends of rows by thousands of pixels. They end there; Pillow goes on in the next row.
DIFFERENT = {"badrle.bmp"}


class Decoder:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, source, target):
        self.process.stdin.write(f"{source}\t{target}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip("\n").split("\t")

    def pixels(self, path):
        """An array of height x width x channels, or the words of the error."""
        target = HERE / "out.raw"
        answer = self.ask(path, target)
        if answer[0] != "ok":
            return answer[1]
        width, height, channels, bits = map(int, answer[1:5])
        return np.fromfile(target, np.uint8 if bits == 8 else np.uint16).reshape(height, width, channels)


def run(*command):
    subprocess.run(list(map(str, command)), check=True, capture_output=True)


def report(kind, name, ours, theirs, tolerance=0):
    if isinstance(ours, str):
        difference = None
    elif ours.shape != theirs.shape:
        difference = f"{ours.shape} for {theirs.shape}"
    else:
        difference = int(np.abs(ours.astype(np.int64) - theirs.astype(np.int64)).max())
    fine = isinstance(difference, int) and difference <= tolerance
    count, largest = COUNTS.get(kind, (0, 0))
    COUNTS[kind] = (count + 1, max(largest, difference if isinstance(difference, int) else 0))
    if not fine:
        FAILURES.append(f"{kind} {name}: {ours if isinstance(ours, str) else difference}")


def seen(image, channels):
    """Pixels of a Pillow image in the kind that we give."""
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels]
    array = np.asarray(image if image.mode == mode else image.convert(mode))
    return array.reshape(array.shape[0], array.shape[1], channels)


def photo(width, height):
    y, x = np.mgrid[0:height, 0:width]
    noise = RANDOM.integers(0, 25, (height, width, 3))
    wave = 100 + 80 * np.sin(x / 7.0 + y / 11.0)
    return (np.dstack([wave, x * 200 // width, y * 200 // height]) + noise).clip(0, 255).astype(np.uint8)


def webps(decoder):
    for width, height in ((1, 1), (17, 9), (200, 150), (513, 301)):
        rgb = photo(width, height)
        alpha = (RANDOM.random((height, width, 1)) * 255).astype(np.uint8)
        for pixels, options in itertools.product((rgb, np.dstack([rgb, alpha])), (
                ["-q", "5"], ["-q", "75", "-m", "6"], ["-q", "100", "-sharp_yuv"], ["-lossless", "-exact"],
                ["-lossless", "-near_lossless", "40"], ["-q", "60", "-alpha_q", "20"], ["-segments", "4", "-f", "80"])):
            png, webp, pam = HERE / "a.png", HERE / "a.webp", HERE / "a.pam"
            Image.fromarray(pixels).save(png)
            run("cwebp", "-quiet", *options, png, "-o", webp)
            run("dwebp", "-quiet", "-pam", webp, "-o", pam)
            data = pam.read_bytes().split(b"ENDHDR\n", 1)[1]
            theirs = np.frombuffer(data, np.uint8).reshape(height, width, -1)
            ours = decoder.pixels(webp)
            if not isinstance(ours, str):
                if ours.shape[2] == 3:
                    theirs = theirs[:, :, :3]
            report("WebP as dwebp", f"{width}x{height} {' '.join(options)}", ours, theirs)


def tiff_as_tool(decoder, kind, name, path):
    target = HERE / "rgba.tif"
    run("tiff2rgba", "-c", "none", path, target)
    with Image.open(target) as image:
        theirs = np.asarray(image.convert("RGBA"))
    ours = decoder.pixels(path)
    if not isinstance(ours, str):
        if ours.shape[:2] != theirs.shape[:2]:
            # The tool turns images upside down, but does not exchange their axes.
            with Image.open(path) as source:
                theirs = np.asarray(ImageOps.exif_transpose(source.convert("RGBA")))
        if ours.dtype == np.uint16:
            ours = (ours.astype(np.uint32) * 255 + 32767) // 65535
        alpha = ours[:, :, -1:] if ours.shape[2] % 2 == 0 else None
        ours = np.repeat(ours[:, :, :1], 3, 2) if ours.shape[2] <= 2 else ours[:, :, :3]
        if alpha is not None:
            # The tool multiplies colors by alpha, and so they come back less exact.
            ours = ours.astype(np.uint32) * alpha // 255
            theirs = theirs.astype(np.uint32)[:, :, :3] * theirs[:, :, 3:] // 255
    theirs = theirs[:, :, :3]
    report(kind, name, ours, theirs, 1)


def tiffs(decoder):
    for (width, height), mode in itertools.product(((1, 1), (19, 33), (300, 170)), ("1", "L", "P", "RGB", "RGBA", "CMYK",
                                                                                  "I;16", "YCbCr", "LAB", "F")):
        rgb = Image.fromarray(photo(width, height))
        if mode == "I;16":
            image = Image.fromarray(RANDOM.integers(0, 65536, (height, width)).astype(np.uint16))
        elif mode == "F":
            image = Image.fromarray(RANDOM.random((height, width)).astype(np.float32))
        elif mode == "P":
            image = rgb.quantize(50)
        elif mode == "LAB":
            image = Image.fromarray(photo(width, height)).convert("YCbCr")
            image = Image.frombytes("LAB", image.size, image.tobytes())
        else:
            image = rgb.convert(mode)
        if mode == "RGBA":
            image.putalpha(Image.fromarray(RANDOM.integers(0, 256, (height, width)).astype(np.uint8)))
        plain = HERE / "plain.tif"
        image.save(plain)
        schemes = [["-c", c] for c in ("none", "lzw", "zip", "packbits")]
        schemes += [["-c", "lzw", "-t", "-w", "32", "-l", "16"], ["-c", "none", "-8"], ["-c", "zip", "-r", "1"], ["-B"]]
        if mode in ("RGB", "RGBA", "CMYK"):
            schemes += [["-p", "separate"], ["-p", "separate", "-t", "-w", "16", "-l", "16", "-c", "zip"]]
        if mode == "1":
            schemes += [["-c", "g3"], ["-c", "g3:2d"], ["-c", "g4"]]
        if mode in ("RGB", "L"):
            schemes += [["-c", "jpeg:75", "-r", "16"], ["-c", "jpeg:r:90", "-r", "32"]]
        for scheme in schemes:
            packed = HERE / "packed.tif"
            run("tiffcp", *scheme, plain, packed)
            name = f"{width}x{height} {mode} {' '.join(scheme)}"
            if mode == "I;16":
                theirs = np.asarray(Image.open(packed)).reshape(height, width, 1)
                report("TIFF of 16 bits", name, decoder.pixels(packed), theirs)
            elif mode == "F":
                theirs = (np.asarray(image).astype(np.float64) * 65535 + 0.5).astype(np.uint16).reshape(height, width, 1)
                report("TIFF of floats", name, decoder.pixels(packed), theirs)
            elif mode == "RGBA":
                report("TIFF with alpha", name, decoder.pixels(packed), np.asarray(image))
            elif "jpeg:75" in scheme or "jpeg:r:90" in scheme:
                tiff_as_tool(decoder, "TIFF of JPEG", name, packed)
            else:
                tiff_as_tool(decoder, "TIFF as tiff2rgba", name, packed)


def by_pillow(decoder):
    for width, height in ((1, 1), (7, 5), (100, 63), (320, 200)):
        rgb = Image.fromarray(photo(width, height))
        for colors, interlaced in itertools.product((2, 5, 32, 256), (0, 1)):
            path = HERE / "a.gif"
            image = rgb.quantize(colors)
            options = {"transparency": 1} if colors == 32 else {}
            image.save(path, interlace=interlaced, **options)
            ours = decoder.pixels(path)
            with Image.open(path) as again:
                theirs = seen(again.convert("RGBA"), 4) if not isinstance(ours, str) and ours.shape[2] == 4 else \
                    seen(again, 3)
            report("GIF as Pillow", f"{width}x{height} {colors} colors", ours, theirs)
        for mode in ("1", "L", "P", "RGB", "RGBA"):
            path = HERE / "a.bmp"
            (rgb.quantize(200) if mode == "P" else rgb.convert(mode)).save(path)
            ours = decoder.pixels(path)
            with Image.open(path) as again:
                report("BMP as Pillow", f"{width}x{height} {mode}", ours, seen(again, 3 if isinstance(ours, str) else ours.shape[2]))


def written(decoder):
    for channels, bits in itertools.product((1, 2, 3, 4), (8, 16)):
        pixels = RANDOM.integers(0, 1 << bits, (61, 43, channels)).astype(np.uint8 if bits == 8 else np.uint16)
        source = HERE / "source.tif"
        if bits == 8:
            Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels, {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[channels]).save(source)
            for ending in ("tif", "webp"):
                target = HERE / f"written.{ending}"
                answer = decoder.ask(source, target)
                with Image.open(target) as again:
                    wanted = channels + 2 if ending == "webp" and channels <= 2 else channels
                    theirs = seen(again, wanted)
                mine = pixels if wanted == channels else np.dstack([pixels[:, :, :1]] * 3 + [pixels[:, :, 1:]])
                report(f"written {ending} as Pillow", f"{channels} channels: {answer[0]}", mine, theirs)
        elif channels == 1:
            Image.fromarray(pixels[:, :, 0]).save(source)
            target = HERE / "written16.tif"
            decoder.ask(source, target)
            report("written tif as Pillow", "16 bits", pixels, np.asarray(Image.open(target)).reshape(pixels.shape))


def given(decoder, folder):
    """Files of others: each is decoded as Pillow or libtiff's tool decode it, or refused by name."""
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.name in DIFFERENT or path.suffix.lower() not in (".webp", ".tif", ".tiff", ".gif", ".bmp"):
            continue
        ours = decoder.pixels(path)
        if isinstance(ours, str):
            print(f"refused: {ours}")
            continue
        if path.suffix.lower().startswith(".tif"):
            try:
                tiff_as_tool(decoder, "given TIFF", path.name, path)
            except (subprocess.CalledProcessError, OSError):
                print(f"read, but not by tiff2rgba: {path}")
            continue
        try:
            with Image.open(path) as image:
                upright = ImageOps.exif_transpose(image)
                theirs = seen(upright.convert("RGBA"), 4)[:, :, :ours.shape[2]] if ours.shape[2] >= 3 else seen(upright, 1)
            if ours.shape == theirs.shape and ours.shape[2] == 4:
                # Nobody sees the colors of what is transparent.
                ours, theirs = (np.where(a[:, :, 3:] == 0, 0, a) for a in (ours, theirs))
        except Exception as error:
            print(f"read, but not by Pillow: {path}: {error}")
            continue
        report("given " + path.suffix.lower(), path.name, ours, theirs, 1)


decoder = Decoder(sys.argv[1])
webps(decoder)
tiffs(decoder)
by_pillow(decoder)
written(decoder)
for folder in sys.argv[2:]:
    given(decoder, folder)
for kind, (count, largest) in sorted(COUNTS.items()):
    print(f"{kind}: {count} images, largest difference {largest}")
for failure in FAILURES:
    print("FAILED", failure)
sys.exit(1 if FAILURES else 0)
