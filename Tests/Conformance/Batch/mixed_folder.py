"""Makes a folder as people have them: nested, with all that goes wrong in it.

    python3 mixed_folder.py FOLDER [--count 2000] [--depth 50] [--side 24]

Prints how many images are good, then the broken ones.
"""
import argparse
import os
import struct
import unicodedata
import zlib


def png(side, seed):
    """A small RGB image that differs for every seed."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(
        b"\0" + bytes((x * (seed % 7 + 1) + y * 3 + channel * seed) & 255 for x in range(side) for channel in range(3))
        for y in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def name(number):
    """Pairs that collide, accents in both spellings, and names as long as they can be. The content decides what a
    file is, so that a PNG may well be called .jpg."""
    pair = number // 2 * 2
    return [
        f"{number}.png",
        f"{pair}.jpg",
        unicodedata.normalize("NFC", f"{number} été 🌷.png"),
        unicodedata.normalize("NFD", f"{pair} été 🌷.png"),
        f"{number}" + "long" * 61 + ".jpg",
        f"{pair}" + "long" * 61 + ".png",
        f"Photo{number}.PNG",
        f"photo{pair}.png",
    ][number % 8]


def write(path, data=b""):
    with open(path, "wb") as file:
        file.write(data)


def make(root, count, depth, side):
    whole = png(side, 3)
    contents = [b"this is no image", whole[: len(whole) * 2 // 3], b"", whole[:40] + b"\x55" * 60]
    folder, good, broken = root, 0, []
    each = count // depth
    for level in range(depth):
        folder = os.path.join(folder, [f"d{level}", f"Ordner {level}", f"目録{level}", f"été{level}"][level % 4])
        os.makedirs(folder)
        for number in range(each):
            index = level * each + number
            path = os.path.join(folder, name(number))
            if index % 20 == 7:
                write(path, contents[index // 20 % 4])
                broken.append(path)
            else:
                write(path, png(side + index % 9, index))
                good += 1
            if number % 11 == 3:
                os.chmod(path, 0o444)
        if level % 10 == 0:
            for clutter in [".hidden.png", "Thumbs.db", "notes.txt", "photo.psd"]:
                write(os.path.join(folder, clutter))
            os.mkfifo(os.path.join(folder, "pipe.png"))
            os.symlink("missing.png", os.path.join(folder, "nowhere.png"))
    os.symlink("..", os.path.join(root, "loop"))
    os.symlink(os.path.abspath(root), os.path.join(folder, "back"))
    return good, broken


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--depth", type=int, default=50)
    parser.add_argument("--side", type=int, default=24)
    asked = parser.parse_args()
    os.makedirs(asked.folder)
    good, broken = make(asked.folder, asked.count, asked.depth, asked.side)
    print(good)
    print("\n".join(broken))
