#!/usr/bin/env python3
"""Records what a program makes into expected.json.

    python3 Tests/Fixtures/ShippedModels/record.py PROGRAM SIGNATURE [MODEL ...]

A signature is such as "x86-64-v4, Swift 6.3". With names of models, only the steps that they touch are run, and
everything else stays.
"""

import json
import os
import sys
import tempfile

from outputs import HERE, Outputs

PATH = os.path.join(HERE, "expected.json")


def main(program, signature, *models):
    with tempfile.TemporaryDirectory() as folder:
        made = Outputs(program, folder, models)
    record = json.load(open(PATH)) if os.path.exists(PATH) else {"exact": {}}
    exact = record["exact"].setdefault(signature, {"images": {}, "numbers": {}})
    exact["images"].update({name: image.digest for name, image in made.images.items()})
    exact["numbers"].update(made.numbers)
    thumbnails = {name: thumbnail(image) for name, image in made.images.items()}
    if models:
        record["thumbnails"].update(thumbnails)
        record["numbers"].update(made.numbers)
    record.setdefault("thumbnails", thumbnails)
    record.setdefault("numbers", made.numbers)
    with open(PATH, "w") as file:
        json.dump(record, file, indent=1)
        file.write("\n")


def thumbnail(image):
    """Of 8-bit images: sizes, and the rounded means of 16 x 16 boxes as hexadecimal digits."""
    means = bytes(int(mean + 0.5) for mean in image.thumbnail())
    return {"width": image.width, "height": image.height, "channels": image.channels, "means": means.hex()}


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
