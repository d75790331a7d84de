"""Puts a program that works through images to a hard test, in full size.

    python3 Tests/Conformance/Batch/check.py --atelier .build/release/atelier --model MODEL [--command translate] [--count 2000]

A folder of 2,000 files in 50 nested folders, one in twenty broken, is worked through in one go; then again, killed by
SIGKILL half-way and gone on with by --skip-existing; then by four ranks at once, and by mpirun where it is installed. All
have to end the same, every broken image has to be named in the report, and no half-written file may exist at any time.
Needs nothing but Python.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from mixed_folder import make

parser = argparse.ArgumentParser()
parser.add_argument("--atelier", default=".build/release/atelier")
parser.add_argument("--model", required=True)
parser.add_argument("--command", default="translate")
parser.add_argument("--count", type=int, default=2000)
parser.add_argument("--depth", type=int, default=50)
parser.add_argument("--side", type=int, default=24)
parser.add_argument("more", nargs="*", help="further options, after --")
asked = parser.parse_args()
failures = 0


def check(holds, words):
    global failures
    print(("ok    " if holds else "FAILED ") + words, flush=True)
    failures += not holds


def command(work, out, report, *more):
    return [os.path.abspath(asked.atelier), asked.command, "in", "-o", out, "--model", asked.model, "--format", "png",
            "--report", report, "--quiet", *more, *asked.more]


def run(work, out, report, *more, environment={}):
    return subprocess.Popen(
        command(work, out, report, *more), cwd=work, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)


def files(folder):
    return {os.path.join(top, name)[len(folder) + 1:]: os.path.join(top, name)
            for top, _, names in os.walk(folder) for name in names}


def contents(folder):
    return {name: open(path, "rb").read() for name, path in files(folder).items()}


def is_whole(data):
    """Whether a PNG has its end and every checksum is right."""
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return False
    place = 8
    while place + 12 <= len(data):
        length = int.from_bytes(data[place:place + 4], "big")
        body = data[place + 4:place + 8 + length]
        if zlib.crc32(body) != int.from_bytes(data[place + 8 + length:place + 12 + length], "big"):
            return False
        if body[:4] == b"IEND":
            return place + 12 + length == len(data)
        place += 12 + length
    return False


def lines(work, report):
    with open(os.path.join(work, report), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


with tempfile.TemporaryDirectory() as work:
    good, broken = make(os.path.join(work, "in"), asked.count, asked.depth, asked.side)
    broken = {os.path.relpath(path, work) for path in broken}
    originals = {
        name: os.stat(path, follow_symlinks=False).st_mtime_ns for name, path in files(os.path.join(work, "in")).items()}

    start = time.time()
    status = run(work, "whole", "whole.jsonl").wait()
    whole = contents(os.path.join(work, "whole"))
    told = lines(work, "whole.jsonl")
    check(status == 1, f"exit code {status} after {time.time() - start:.1f} s")
    check(len(whole) == good, f"{len(whole)} results of {good} good images")
    check(all(map(is_whole, whole.values())), "every result is a whole PNG")
    check({line["input"] for line in told if line["status"] == "failed"} == broken, "every broken image is named")
    check(len({line["output"].casefold() for line in told if line["status"] == "done"}) == good, "no name twice")

    process = run(work, "parts", "parts.jsonl")
    while process.poll() is None and len(files(os.path.join(work, "parts"))) < good // 2:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    parts = contents(os.path.join(work, "parts"))
    finished = {name: data for name, data in parts.items() if not os.path.basename(name).startswith(".atelier-")}
    check(0 < len(finished) < good, f"killed after {len(finished)} results, {len(parts) - len(finished)} begun")
    check(all(whole.get(name) == data for name, data in finished.items()), "what has its name is finished")
    status = run(work, "parts", "parts.jsonl", "--skip-existing").wait()
    check(status == 1, f"exit code {status} when gone on with")
    check(contents(os.path.join(work, "parts")) == whole, "the same files as in one go, and no others")
    done = {line["input"] for line in lines(work, "parts.jsonl") if line["status"] in ("done", "skipped")}
    check(len(done & {line["input"] for line in told if line["status"] == "done"}) == good, "the report is complete")

    ranks = [
        run(work, "ranks", "ranks.jsonl", environment={
            "OMPI_COMM_WORLD_RANK": str(rank), "OMPI_COMM_WORLD_SIZE": "4", "OMP_NUM_THREADS": "1"})
        for rank in range(4)]
    statuses = [process.wait() for process in ranks]
    check(max(statuses) == 1 and min(statuses) >= 0, f"four ranks end with {statuses}")
    check(contents(os.path.join(work, "ranks")) == whole, "four ranks make the same files")
    told = lines(work, "ranks.jsonl")
    check(sum(line["status"] == "done" for line in told) == good, "their report has each image once")

    if shutil.which("mpirun"):
        launch = ["mpirun", "-n", "4", "--oversubscribe", *(["--allow-run-as-root"] if os.geteuid() == 0 else [])]
        process = subprocess.run(
            launch + command(work, "mpi", "mpi.jsonl"), cwd=work, capture_output=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"})
        check(process.returncode == 1, f"exit code {process.returncode} under mpirun")
        check(contents(os.path.join(work, "mpi")) == whole, "mpirun -n 4 makes the same files, and no others")
        told = lines(work, "mpi.jsonl")
        check({line["input"] for line in told if line["status"] == "failed"} == broken, "its report names the broken")
        check(sum(line["status"] == "done" for line in told) == good, "it has each image once")
        check(len({line["rank"] for line in told if line["status"] == "done"}) == 4, "all ranks took part")

    now = {
        name: os.stat(path, follow_symlinks=False).st_mtime_ns for name, path in files(os.path.join(work, "in")).items()}
    check(now == originals, "no input was touched")

sys.exit(1 if failures else 0)
