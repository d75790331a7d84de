"""Studio running for a check: started on a free port, with folders of its own."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class Served:
    """`with Served(program) as studio:` serves until the block ends; `studio.address` is where."""

    def __init__(self, program, arguments=()):
        self.program = str(Path(program).resolve())
        self.folder = Path(tempfile.mkdtemp(prefix="atelier-check-"))
        self.runs, self.data = self.folder / "runs", self.folder / "data"
        self.models = self.folder / "share/atelier/models"
        for folder in (self.runs, self.data, self.models):
            folder.mkdir(parents=True)
        self.arguments = list(arguments)

    def __enter__(self):
        environment = dict(os.environ, XDG_DATA_HOME=str(self.folder / "share"))
        self.process = subprocess.Popen(
            [self.program, "studio", "--port", "0", "--json", "--runs", str(self.runs), "--data", str(self.data),
             *self.arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.address = json.loads(line)["address"].rstrip("/")
        self.port = int(self.address.rsplit(":", 1)[1])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_images(self, folder, count):
        """Makes so many images of each of two classes, in a folder for each."""
        subprocess.run([self.program, "generate", "--model", "flowers", "--class", "rose", "--class", "tulip", "--count",
                        str(count), "--quiet", "-o", str(folder)], cwd=ROOT, check=True)

    def memory(self):
        """Megabytes that the process holds now."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(text.split("VmRSS:")[1].split()[0]) / 1024
