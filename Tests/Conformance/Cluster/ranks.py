"""Starts trainings on ranks, ends some of them, and compares what they leave behind."""
import glob
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time

FAMILIES = {
    "gan": ["--size", "16", "--ngf", "8", "--ndf", "8"],
    "cgan": ["--size", "16", "--ngf", "8", "--ndf", "8"],
    "pix2pix": ["--sketch", "ink", "--load-size", "36", "--crop-size", "32", "--ngf", "8", "--ndf", "8"],
    "sr": ["--crop-size", "32", "--scale", "2", "--net", "srresnet", "--features", "8", "--blocks", "2",
           "--perceptual", "none"],
}
# Seconds that ranks have to save before mpirun kills them.
PATIENCE = 5
LENGTH = {"sr": lambda steps: ["--steps", str(steps // 2), "--gan-steps", str(steps - steps // 2)]}


class Trainings:
    """Trainings with one program in a folder of their own."""

    def __init__(self, program, work, images, photos):
        self.program, self.work, self.images, self.photos = os.path.abspath(program), work, images, photos
        os.makedirs(work, exist_ok=True)

    def options(self, family, steps, *more, own=None):
        data = self.photos if family in ("pix2pix", "sr") else self.images
        length = LENGTH.get(family, lambda steps: ["--steps", str(steps)])(steps)
        return ["train", family, "--data", data, "--batch-size", "8", "--seed", "3", "--sample-every", "0",
                "--checkpoint-every", "1", "--keep", "1000", "--log-every", "1", *(own or FAMILIES[family]), *length, *more]

    def command(self, ranks, arguments, launcher=()):
        start = [] if ranks == 1 else [
            "mpirun", "--allow-run-as-root", "--oversubscribe", "--mca", "odls_base_sigkill_timeout", str(PATIENCE), *launcher,
            "-n", str(ranks)]
        return [*start, self.program, *arguments, "--threads", "1"]

    def start(self, ranks, arguments, launcher=(), script=None):
        # Ranks that wait leave the processor to others.
        patient = ["--mca", "mpi_yield_when_idle", "1"]
        around = ["sh", "-c", script, "sh"] if script else []
        return subprocess.Popen(
            [*around, *self.command(ranks, arguments, [*patient, *launcher])], cwd=self.work, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, errors="replace")

    def run(self, ranks, arguments, launcher=()):
        """The exit code, what was said, and the seconds it took."""
        begun = time.time()
        process = self.start(ranks, arguments, launcher)
        words = process.communicate()[1]
        return process.returncode, words, time.time() - begun

    def state(self, run, step):
        """A digest of everything that the next step depends on."""
        folder = os.path.join(self.work, run, "checkpoints", f"step-{step:06d}")
        digest = hashlib.sha256(open(os.path.join(folder, "state.safetensors"), "rb").read())
        numbers = json.load(open(os.path.join(folder, "state.json")))["numbers"]
        digest.update(json.dumps(numbers, sort_keys=True).encode())
        return digest.hexdigest()

    def losses(self, run, step):
        """The losses of a step by name."""
        for line in open(os.path.join(self.work, run, "log.jsonl")):
            found = json.loads(line)
            if found.get("step") == step and "losses" in found:
                return found["losses"]

    def steps(self, run):
        return sorted(int(path[-6:]) for path in glob.glob(os.path.join(self.work, run, "checkpoints", "step-*")))

    def forget(self, run):
        shutil.rmtree(os.path.join(self.work, run), ignore_errors=True)

    def ranks(self, process):
        """The processes of a training by rank."""
        found = {}
        for folder in glob.glob("/proc/[0-9]*"):
            try:
                words = open(folder + "/cmdline", "rb").read().split(b"\0")
                environment = open(folder + "/environ", "rb").read().split(b"\0")
                group = int(open(folder + "/stat").read().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            if words[0].decode(errors="replace") != self.program or group != process.pid:
                continue
            for variable in environment:
                if variable.startswith(b"OMPI_COMM_WORLD_RANK="):
                    found[int(variable.split(b"=")[1])] = int(os.path.basename(folder))
        return found

    def kill_one(self, process, wait, dice=random):
        """Kills a random rank after some seconds; returns its number, or nothing if the training was faster."""
        time.sleep(wait)
        ranks = self.ranks(process)
        if process.poll() is not None or not ranks:
            return None
        rank = dice.choice(sorted(ranks))
        try:
            os.kill(ranks[rank], signal.SIGKILL)
        except ProcessLookupError:
            return None
        return rank
