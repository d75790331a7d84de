#!/usr/bin/env python3
"""Damages run folders and resumes them with the program. Each goes on, or is refused by name.

    Tests/Conformance/Fuzz/run_folders.py [FOLDERS, 10000 by default] [--seconds N] [--program PATH] [--seed N]

Exit codes 0, and 1 or 64 with words that name a file or a setting, are good. A signal, a hang and anything else are
findings: the folder is kept below .build/fuzz/found-run-folders, with the damage in its file damage.txt.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOSTILE = [
    "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e308", "-1e308", "1e-308", "0", "-1", "1",
    "2", "0.5", "4294967296", "2147483647", "1e19", "null", "true", '""', "[]", "{}", '"x"', "NaN", "1e999",
]
# The exit code of a run that was stopped and has saved itself; a damaged number of steps can be a large one.
STOPPED = 130
NUMBER = re.compile(rb"(?<![\w\"])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w\"])")
KINDS = {
    "gan": ["--data", "shapes", "--size", "16", "--batch-size", "2", "--ngf", "2", "--ndf", "2", "--nz", "2"],
    "cgan": ["--data", "shapes", "--size", "16", "--batch-size", "2", "--ngf", "2", "--ndf", "2", "--nz", "2"],
    "classifier": ["--data", "shapes", "--size", "16", "--batch-size", "2", "--width", "2", "--features", "2"],
    "pix2pix": ["--data", "twins", "--crop-size", "16", "--ngf", "1", "--ndf", "1", "--patch", "16"],
    "cyclegan": ["--data", "twins", "--crop-size", "16", "--ngf", "1", "--ndf", "1", "--patch", "1", "--net-g",
                 "resnet_1blocks", "--pool-size", "2"],
    "sr": ["--data", "photos", "--net", "srvgg", "--scale", "2", "--features", "2", "--blocks", "1", "--crop-size", "16",
           "--batch-size", "2", "--gan-steps", "2", "--perceptual", "none", "--ndf", "1"],
}


def png(side, seed):
    """A gray image of noise."""
    numbers = random.Random(seed)
    rows = b"".join(b"\0" + bytes(numbers.randrange(256) for _ in range(side)) for _ in range(side))

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def images(folder, side, count, seed):
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number}.png").write_bytes(png(side, seed + number))


def environment(work):
    variables = dict(os.environ, OMP_NUM_THREADS="1", OMP_WAIT_POLICY="passive", XDG_CACHE_HOME=str(work / "cache"))
    return variables


def run(program, work, arguments):
    """The exit code and the messages. A training that still runs after a while is stopped, and must save itself."""
    process = subprocess.Popen(
        [program, *arguments], cwd=work, env=environment(work), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    try:
        _, errors = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return None, "it hangs"
    return process.returncode, errors.decode(errors="replace")


def train(program, work):
    """A small run of each kind, with two checkpoints."""
    for name in ["disc", "bar"]:
        images(work / "shapes" / name, 16, 4, len(name))
    for side in ["trainA", "trainB"]:
        images(work / "twins" / side, 16, 4, ord(side[-1]))
    images(work / "photos", 32, 4, 7)
    for kind, options in KINDS.items():
        steps = ["--steps", "1"] if kind == "sr" else ["--steps", "3"]
        code, errors = run(program, work, [
            "train", kind, *options, *steps, "--out", "runs/" + kind, "--checkpoint-every", "2", "--sample-every", "0",
            "--evaluate-every", "0", "--kernels", "rules", "--precision", "f32"])
        if code != 0:
            sys.exit(f"train {kind} failed:\n{errors}")


def damaged(content, numbers):
    """Damaged bytes, and how they came about."""
    kind = numbers.randrange(8)
    found = list(NUMBER.finditer(content)) if len(content) < 100_000 else []
    if kind < 4 and found:
        place, value = numbers.choice(found), numbers.choice(HOSTILE)
        start = content.rfind(b"\n", 0, place.start()) + 1
        line = content[start:place.end()].decode(errors="replace").strip()
        return content[:place.start()] + value.encode() + content[place.end():], f"{line} became {value}"
    if kind == 4:
        length = numbers.randrange(len(content) + 1)
        return content[:length], f"cut off at {length}"
    if kind == 5 and content:
        at, count = numbers.randrange(len(content)), numbers.randrange(1, 32)
        return content[:at] + content[at + count:], f"{count} bytes taken out at {at}"
    if kind == 6:
        at, more = numbers.randrange(len(content) + 1), numbers.randbytes(numbers.randrange(1, 32))
        return content[:at] + more + content[at:], f"{more.hex()} put in at {at}"
    changed = bytearray(content)
    for _ in range(numbers.randrange(1, 4)):
        if changed:
            changed[numbers.randrange(len(changed))] ^= 1 << numbers.randrange(8)
    return bytes(changed), "bits changed"


def damage(folder, numbers):
    """Damages one file, or moves a folder, and says how."""
    if numbers.randrange(20) == 0:
        name = numbers.choice(["step-99999999999", "step--5", "step-000000", "step-9223372036854775807"])
        shutil.copytree(folder / "checkpoints" / "step-000003", folder / "checkpoints" / name)
        return f"a checkpoint called {name}"
    files = ["config.json"] * 4 + ["checkpoints/step-000003/state.json"] * 4
    files += ["checkpoints/step-000003/state.safetensors"] * 2 + ["log.jsonl", "model/config.json"]
    file = folder / numbers.choice(files)
    content, words = damaged(file.read_bytes(), numbers)
    # The checksum is right in one of two, so that damaged tensors are looked at, too.
    file.write_bytes(content)
    if file.name == "state.safetensors" and numbers.randrange(2) == 0:
        record = file.parent / "state.json"
        text = json.loads(record.read_text())
        text["checksum"] = zlib.crc32(content)
        record.write_text(json.dumps(text, indent=2))
        words += ", with its checksum"
    return f"{file.relative_to(folder)}: {words}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="?", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--program", default=None, help="the program; default: the newest build")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    builds = [ROOT / ".build" / kind / "atelier" for kind in ["release", "debug"]]
    builds = sorted((path for path in builds if path.exists()), key=lambda path: path.stat().st_mtime)
    program = options.program or (str(builds[-1]) if builds else sys.exit("build the program first"))
    found = ROOT / ".build" / "fuzz" / "found-run-folders"
    found.mkdir(parents=True, exist_ok=True)
    # In the background of a shell, Ctrl-C is ignored, by the programs that are started, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    counts = {"went on": 0, "refused": 0, "findings": 0}
    start = os.times().elapsed
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        train(program, work)
        for number in range(options.folders):
            if os.times().elapsed - start > options.seconds:
                break
            numbers = random.Random(options.seed * 1_000_003 + number)
            kind = numbers.choice(list(KINDS))
            folder = work / "run"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(work / "runs" / kind, folder)
            words = damage(folder, numbers)
            code, errors = run(program, work, ["train", kind, "--out", "run", "--resume", "--kernels", "rules"])
            if code in (0, STOPPED):
                counts["went on"] += 1
            elif code in (1, 64) and re.search(r"config\.json|checkpoints/step-|run/|No training is possible|failed at step"
                                               r"|settings|The images are|cannot be|classes", errors):
                counts["refused"] += 1
            else:
                counts["findings"] += 1
                kept = found / f"{kind}-{options.seed}-{number}"
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(folder, kept)
                (kept / "damage.txt").write_text(f"{words}\nexit code {code}\n{errors}")
                print(f"{kind} {number}: {words}: exit code {code}: {errors.strip()[-300:]}", flush=True)
    total = sum(counts.values())
    print(f"run folders: {total} damaged, " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    sys.exit(1 if counts["findings"] else 0)


if __name__ == "__main__":
    main()
