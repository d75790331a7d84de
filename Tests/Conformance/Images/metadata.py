"""Writes photos in every format, and compares their fields with ExifTool; see metadata.sh."""
import json
import pathlib
import subprocess
import sys
import tempfile

FORMATS = ("jpg", "png", "webp", "tif")
# What a copy says of itself, or what says how pixels are stored.
OWN = {
    "Orientation", "ExifImageWidth", "ExifImageHeight", "ImageWidth", "ImageHeight", "RelatedImageWidth",
    "RelatedImageHeight", "XResolution", "YResolution", "ResolutionUnit", "YCbCrPositioning", "BitsPerSample",
    "Compression", "PhotometricInterpretation", "SamplesPerPixel", "PlanarConfiguration", "StripOffsets",
    "StripByteCounts", "RowsPerStrip", "Predictor", "ExtraSamples", "SubfileType", "YCbCrSubSampling",
    "ReferenceBlackWhite", "ExifOffset", "GPSInfo", "FillOrder", "SampleFormat", "PageNumber", "DocumentName",
    "OldSubfileType", "YCbCrCoefficients", "PreviewImageStart", "PreviewImageLength", "MakerNoteOffset", "XMPToolkit",
    "SubjectArea", "SubjectLocation", "FocalPlaneXResolution", "FocalPlaneYResolution", "ColorMap",
    "OriginalDecisionDataOffset",
}
# What lies elsewhere than in the EXIF block, and is known to be lost: markers and trailers of some makers, and the
# extended part of XMP.
ELSEWHERE = {"CIFF", "Qualcomm", "XMP-pdf", "XMP-xmpNote"}
GROUPS = ("IFD0", "ExifIFD", "GPS", "InteropIFD")


def fields(paths):
    """For each file its groups of fields, each a dictionary of lists."""
    command = ["exiftool", "-j", "-G0:1", "-a", "-u", "-n", "-api", "largefilesupport=1", *map(str, paths)]
    found = json.loads(subprocess.run(command, capture_output=True, check=False).stdout)
    result = {}
    for entry in found:
        file = {}
        for key, value in entry.items():
            if ":" not in key:
                continue
            *groups, name = key.split(":")
            file.setdefault(tuple(groups), {})[name] = value
        result[pathlib.Path(entry["SourceFile"]).name] = file
    return result


def parts(file):
    """EXIF, maker notes, IPTC and XMP of a file, each a dictionary."""
    result = {"EXIF": {}, "maker notes": {}, "IPTC": {}, "XMP": {}}
    for groups, values in file.items():
        for name, value in values.items():
            if name in OWN or groups[-1] in ELSEWHERE or name.startswith(("SamsungTrailer", "EmbeddedAudio")):
                continue
            if groups[0] == "EXIF" and groups[-1] in GROUPS:
                result["EXIF"][groups[-1], name] = value
            elif groups[0] == "MakerNotes":
                result["maker notes"][groups[-1], name] = value
            elif groups[0] == "IPTC" and groups[-1] == "IPTC":
                result["IPTC"][name] = value
            elif groups[0] == "XMP":
                result["XMP"][groups[-1], name] = value
    return result


def made(folder, target):
    """Files made by ExifTool from those of the folder."""
    run = lambda *a: subprocess.run(["exiftool", "-q", "-q", "-m", *map(str, a)], capture_output=True, check=False)
    sources = [p for p in sorted(folder.iterdir()) if p.suffix.lower() in (".jpg", ".tif", ".png", ".webp")]
    for path in sources:
        # The notes of this one lie in a marker of their own.
        if path.name != "CasioQVCI.jpg":
            (target / path.name).write_bytes(path.read_bytes())
    makers = ["Canon", "Nikon", "Sony", "Olympus", "Panasonic", "Pentax", "FujiFilm", "Apple", "Casio2", "Minolta", "Ricoh",
              "Sanyo", "Kodak", "Sigma", "GE"]
    base = next(p for p in sources if p.name == "Writer.jpg")
    count = 0
    for number, maker in enumerate(makers):
        source = folder / f"{maker}.jpg"
        if not source.exists():
            continue
        for order in ("II", "MM"):
            path = target / f"made-{maker}-{order}.jpg"
            path.write_bytes(base.read_bytes())
            run("-overwrite_original", "-all=", path)
            run("-overwrite_original", f"-exifbyteorder={order}", "-tagsfromfile", source, "-exif:all", "-makernotes",
                "-tagsfromfile", "@", f"-IFD0:Orientation#={number % 8 + 1}", "-GPSLatitude=53.0758",
                "-GPSLatitudeRef=N", "-GPSLongitude=8.8072", "-GPSLongitudeRef=E", "-GPSAltitude=11.5",
                "-EXIF:Artist=Zoë Ångström", "-EXIF:Copyright=© 2026 Zoë", "-EXIF:UserComment=Grüße aus Bremen",
                "-XPTitle=Hafen", "-IPTC:CodedCharacterSet=UTF8", "-IPTC:City=Bremen", "-IPTC:Keywords=Hafen",
                "-IPTC:Keywords=Möwe", "-IPTC:By-line=Zoë", "-XMP-dc:Title=Am Hafen", "-XMP-dc:Creator=Zoë",
                "-XMP-photoshop:City=Bremen", "-XMP-xmp:Rating=4", path)
            count += path.exists()
    return count


def copies(decoder, sources, target):
    process = subprocess.Popen([decoder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    refused = {}
    for path in sources:
        for ending in FORMATS:
            process.stdin.write(f"{path}\t{target / f'{path.name}.{ending}'}\n")
            process.stdin.flush()
            answer = process.stdout.readline().rstrip("\n").split("\t")
            if answer[0] != "ok":
                refused[path.name] = answer[1]
    process.stdin.close()
    process.wait()
    return refused


decoder, folder = sys.argv[1], pathlib.Path(sys.argv[2])
with tempfile.TemporaryDirectory() as work:
    originals, first, second = (pathlib.Path(work) / name for name in ("originals", "first", "second"))
    for place in (originals, first, second):
        place.mkdir()
    print(f"{made(folder, originals)} files made by ExifTool of {folder}")
    refused = copies(decoder, sorted(originals.iterdir()), first)
    # Once more, from every format to every format.
    copies(decoder, [p for p in sorted(first.iterdir()) if p.name.startswith("made-")], second)
    before = fields(sorted(originals.iterdir()))
    counts, failures = {}, []
    for place in (first, second):
        after = fields(sorted(place.iterdir()))
        for name, file in after.items():
            origin = name
            while origin not in before:
                origin = origin.rsplit(".", 1)[0]
            steps = name[len(origin) + 1:].split(".")
            wanted, found = parts(before[origin]), parts(file)
            for part, values in wanted.items():
                if part == "IPTC" and "webp" in steps:
                    continue
                way = f"{part} to {steps[-1]}" if len(steps) == 1 else f"{part}, twice"
                files, total, lost = counts.get(way, (0, 0, 0))
                wrong = [k for k, v in values.items() if found[part].get(k) != v]
                # WebP and TIFF files get comments in their description.
                told = "IFD0", "ImageDescription"
                if told in wrong and str(found[part].get(told)).startswith(str(values[told]) + "\n"):
                    wrong.remove(told)
                counts[way] = (files + bool(values), total + len(values), lost + len(wrong))
                failures += [f"{name}: {part} {k}: {str(values[k])[:60]!r} became {str(found[part].get(k))[:60]!r}"
                             for k in wrong]
    for name, words in refused.items():
        print(f"refused: {name}: {words}")
    for way, (files, total, lost) in sorted(counts.items()):
        print(f"{way}: {files} files, {total} fields, {lost} changed")
    for failure in failures:
        print("CHANGED", failure)
    sys.exit(1 if failures else 0)
