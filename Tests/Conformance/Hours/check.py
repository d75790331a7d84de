"""Whether a training that is given hours ends in time: three data sets, with samples, checkpoints and evaluations.

    python3 Tests/Conformance/Hours/check.py --atelier .build/release/atelier --hours 0.2 \
        --shapes /usr/share/datasets/fashion-mnist --photos FLOWERS --textures TEXTURES [--only gan] [--within 3]

Trains `gan` (on the shapes), `gan --arch r3gan` (on the textures) and `pix2pix` with drawn sketches (on the photos), each
in a new folder, and adds half of the time to the first. The whole process counts, from its start to its end. Prints the chosen
and the taken number of steps. Needs nothing but Python.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("--atelier", default=".build/release/atelier")
parser.add_argument("--hours", type=float, default=0.2)
parser.add_argument("--shapes", default="/usr/share/datasets/fashion-mnist")
parser.add_argument("--photos", required=True)
parser.add_argument("--textures", required=True, help="what Datasets/textures/prepare makes")
parser.add_argument("--only", action="append", help="gan, r3gan or pix2pix; repeat for more")
parser.add_argument("--within", type=float, default=3, help="percent")
asked = parser.parse_args()
failures = 0


def train(name, hours, *arguments):
    global failures
    start = time.time()
    done = subprocess.run(
        [asked.atelier, "train", *arguments, "--hours", str(hours)], capture_output=True, text=True)
    seconds = time.time() - start
    words = done.stdout + done.stderr
    said = re.findall(r"[^\n]*s a step: [^\n]*", words)
    off = 100 * (seconds / (hours * 3600) - 1)
    holds = done.returncode == 0 and abs(off) <= asked.within and len(said) == 1
    failures += not holds
    record = json.load(open(os.path.join(arguments[arguments.index("--out") + 1], "config.json")))
    print(
        f"{'ok    ' if holds else 'FAILED'} {name}: {seconds:.1f} s of {hours * 3600:.1f} s ({off:+.1f} %), "
        f"{record['time']['scheduleSteps']} steps chosen, {record['options']['steps']} taken, "
        f"{len(record['time']['pace']['sections'])} changes of pace", flush=True)
    print("       " + (said[0] if said else words[-500:]), flush=True)


with tempfile.TemporaryDirectory() as work:
    kept = ["--sample-every", "100", "--checkpoint-every", "200"]
    trainings = {
        "gan": ["gan", "--data", asked.shapes, *kept],
        "r3gan": ["gan", "--arch", "r3gan", "--data", asked.textures, "--size", "32", "--ngf", "32", "--ndf", "32",
                  "--batch-size", "16", *kept],
        "pix2pix": ["pix2pix", "--data", asked.photos, "--sketch", "lines", "--crop-size", "64", "--ngf", "16", "--ndf", "16",
                    *kept],
    }
    for name, arguments in trainings.items():
        if asked.only and name not in asked.only:
            continue
        out = os.path.join(work, name)
        train(name, asked.hours, *arguments, "--out", out)
        if name == "gan":
            train("gan, gone on", asked.hours / 2, "gan", "--out", out, "--resume")
sys.exit(1 if failures else 0)
