#!/usr/bin/env python3
"""Checks every cell of the table of formats in Docs/formats.md against the programs of the formats.

    python3 Tests/Conformance/Formats/table.py PROGRAM [FORMAT ...]

PROGRAM is atelier. Formats are those of the table in small letters (jxl for JPEG XL), by default all. What the table
calls read must come out as the format's program sees it; what it calls written, that program must read as it went in;
and what it does not call written must not be there. Cells of formats whose libraries the program was built without fail.

Needs Pillow 13 and numpy, and on Debian: webp libtiff-tools libheif-examples libjxl-tools libimage-exiftool-perl
"""
import io
import pathlib
import sys
import tempfile

import numpy as np
from PIL import Image

from programs import FIXTURES, PROFILE, Atelier, details, make, saved, seen, with_details

ROOT = pathlib.Path(__file__).parents[3]
RANDOM = np.random.default_rng(7)
SUFFIXES = {"jpeg": "jpg", "tiff": "tif"}
NOTE = bytes((7 * i + 3) % 256 for i in range(90))


def photo(channels, wide=False):
    y, x = np.mgrid[0:47, 0:61]
    pixels = np.dstack([x * 4, y * 5, (x + y) * 2, 255 - x * 4])[:, :, {1: [0], 3: [0, 1, 2], 4: [0, 1, 2, 3]}[channels]]
    if wide:
        return (pixels * 257 ^ RANDOM.integers(0, 8, pixels.shape)).astype(np.uint16)
    return pixels.astype(np.uint8)


def cells():
    """Property, format and words of each cell."""
    page = (ROOT / "Docs" / "formats.md").read_text()
    table = page.split("<!-- begin: FormatTableTests -->\n")[1].split("<!-- end")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    names = {"JPEG XL": "jxl"}
    formats = [names.get(name, name.lower()) for name in rows[0][1:]]
    for row in rows[2:]:
        for kind, words in zip(formats, row[1:]):
            yield row[0], kind, words


def same(ours, theirs, tolerance):
    """None, or how two images differ. Nobody sees the colors of what is transparent."""
    if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
        return f"{ours.shape} of {ours.dtype} for {theirs.shape} of {theirs.dtype}"
    difference = np.abs(ours.astype(np.int64) - theirs.astype(np.int64))
    if ours.shape[2] % 2 == 0:
        difference[theirs[:, :, -1] == 0, :-1] = 0
    return None if difference.max() <= tolerance else f"a difference of {difference.max()}"


class Check:
    def __init__(self, program, folder):
        self.folder, self.atelier = folder, Atelier(program, folder)

    def converted(self, data, kind, target):
        """Bytes that atelier makes of others; an error where it refuses them."""
        source = self.folder / ("in." + SUFFIXES.get(kind, kind))
        result = self.folder / ("out." + SUFFIXES.get(target, target))
        source.write_bytes(data)
        result.unlink(missing_ok=True)
        refusal = self.atelier.converted(source, result)
        if refusal:
            raise ValueError(refusal)
        return result.read_bytes()

    def file(self, what, kind):
        """A file in which the property is."""
        fixture = {("alpha", "bmp"): "rgba32-v5.bmp", ("ICC profile", "bmp"): "rgba32-v5.bmp"}.get((what, kind))
        if what == "animation" and kind != "png":
            fixture = "animated." + kind
        if what == "orientation":
            fixture = "orientation" + ("5" if kind == "webp" else "6") + "." + SUFFIXES.get(kind, kind)
        is_detail = what in ("ICC profile", "EXIF, with maker notes", "IPTC", "XMP")
        if is_detail and kind in ("avif", "heic", "jxl"):
            fixture = "metadata." + kind
        if fixture:
            folder = "ImageFiles" if kind in ("png", "jpeg") else "ImageFormats"
            return (FIXTURES / folder / fixture).read_bytes()
        if is_detail:
            return with_details(kind, photo(3))
        if what == "animation":
            frames = [Image.fromarray(np.roll(photo(3), i, 1)) for i in range(3)]
            return saved(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=40)
        if what == "CMYK":
            return saved(Image.fromarray(RANDOM.integers(0, 256, (47, 61, 4)).astype(np.uint8), "CMYK"), kind.upper())
        return make(kind, photo({"gray": 1, "alpha": 4}.get(what, 3), what == "16 bits"))

    def read(self, what, kind, words):
        """None, or what is wrong."""
        if words.startswith("all frames"):
            return self.frames(kind, "png")
        data = self.file(what, kind)
        if what in ("ICC profile", "EXIF, with maker notes", "IPTC", "XMP"):
            return self.missing(what, details(self.converted(data, kind, "png"), ".png"))
        ours = seen("tiff", self.converted(data, kind, "tiff"))
        if what == "animation" and kind == "avif":
            # heif-convert does not open sequences.
            theirs, tolerance = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")), 12
        else:
            # More than 8 bits of AVIF and HEIC are repeated by their program, and scaled by ours.
            theirs, tolerance = seen(kind, data), 20 if ours.dtype == np.uint16 and kind in ("avif", "heic") else 2
        if ours.shape[2] < theirs.shape[2]:
            # dwebp and heif-convert have no gray, and some programs give every image alpha.
            theirs = theirs[:, :, [0, -1][:ours.shape[2]]] if ours.shape[2] <= 2 else theirs[:, :, :3]
        wrong = {"16 bits": ours.dtype != np.uint16, "gray": ours.shape[2] > 2, "alpha": ours.shape[2] % 2 == 1}
        return "it is not there" if wrong.get(what) else same(ours, theirs, tolerance)

    def frames(self, kind, target):
        """None, or what is wrong with an animation after it has been converted."""
        source = self.file("animation", kind)
        wanted = details(source, "." + kind)["frames"]
        result = self.converted(source, kind, target)
        found = details(result, "." + target)["frames"]
        if found != wanted or wanted < 2:
            return f"{found} of {wanted} frames"
        # The palette of a GIF has 256 colors.
        images = [Image.open(io.BytesIO(data)).convert("RGBA") for data in (result, source)]
        return same(*(np.asarray(image) for image in images), 16 if target == "gif" else 2)

    def missing(self, what, found):
        wanted = {"ICC profile": found["profile"] == PROFILE, "EXIF, with maker notes": found["maker note"] == NOTE,
                  "IPTC": found["by-line"] == "Somebody", "XMP": found["has XMP"]}
        return None if wanted[what] else f"it is not there: {found}"

    def written(self, what, kind):
        """None, or what is wrong."""
        if what == "animation":
            return self.frames(kind, kind)
        if what in ("ICC profile", "EXIF, with maker notes", "IPTC", "XMP"):
            data = self.converted(with_details("png", photo(3)), "png", kind)
            return self.missing(what, details(data, "." + kind))
        if what == "orientation":
            data = self.converted(self.file(what, "jpeg"), "jpeg", kind)
            found = details(data, "." + kind)["orientation"]
            theirs = seen("jpeg", self.file(what, "jpeg"))
            return f"it says {found}" if found != 1 else same(seen(kind, data)[:, :, :3], theirs, 12)
        pixels = photo({"gray": 1, "alpha": 4}.get(what, 3), what == "16 bits")
        theirs = seen(kind, self.converted(make("png", pixels), "png", kind))
        if kind == "webp" and theirs.shape[2] == 4 and pixels.shape[2] == 3:
            theirs = theirs[:, :, :3]
        return same(pixels, theirs, 8 if kind == "jpeg" else 0)

    def refused(self, kind):
        try:
            self.converted(make("png", photo(3)), "png", kind)
        except ValueError:
            return None
        return "it is written"


def outcome(check):
    try:
        return check()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main():
    failed = count = 0
    with tempfile.TemporaryDirectory() as folder:
        check = Check(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder))
        table = [cell for cell in cells() if not sys.argv[2:] or cell[1] in sys.argv[2:]]
        written = {kind for what, kind, words in table if "written" in words and what != "animation"}
        for what, kind, words in table:
            claims = []
            if any(word in words for word in ("read", "applied", "made RGB", "first image", "all frames")):
                claims.append(("read", lambda: check.read(what, kind, words)))
            if "written" in words or "upright" in words:
                claims.append(("written", lambda: check.written(what, kind)))
            elif kind in written and what not in ("CMYK", "animation"):
                claims.append(("not written", lambda: None if check.written(what, kind) else "it is there"))
            elif kind not in written and what == "8 bits":
                claims.append(("not written", lambda: check.refused(kind)))
            for claim, holds in claims:
                count += 1
                wrong = outcome(holds)
                if wrong:
                    failed += 1
                    print(f"FAILED {kind}, {what}, {claim}: {wrong}", flush=True)
    print(f"{count} claims of {len(table)} cells checked, {failed} failed")
    sys.exit(1 if failed else 0)


main()
