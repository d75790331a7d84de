"""Runs the steps of cases.json with one program and holds what it made."""

import json
import os
import shutil
import subprocess

from pixels import read_png

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
# Version 0.1.0 spelled some keys of its reports in other ways.
OLD_KEYS = {"recognized": "recognised"}


def models_beside(program):
    """The folder Models of the checkout in which the program was built."""
    folder = os.path.dirname(os.path.abspath(program))
    while not os.path.isdir(os.path.join(folder, "Models")):
        if folder == "/":
            return os.path.join(ROOT, "Models")
        folder = os.path.dirname(folder)
    return os.path.join(folder, "Models")


def filled(text):
    return text.replace("{datasets}", os.path.join(ROOT, "Datasets")).replace("{here}", HERE)


def steps(models):
    """All steps, or those that use one of some models or what comes of it."""
    names = set(models)
    for step in json.load(open(os.path.join(HERE, "cases.json")))["steps"]:
        used = {part for text in [*step["arguments"], *step.get("copies", {}).values()] for part in text.split("/")}
        if not models or used & names:
            names |= {target.split("/")[0] for target in step.get("copies", {})}
            yield step


class Outputs:
    """Images by their paths, and numbers by their step and key; of all steps, or of those that some models touch."""

    def __init__(self, program, folder, models=()):
        self.images, self.numbers = {}, {}
        environment = dict(os.environ, ATELIER_MODELS=models_beside(program), XDG_CACHE_HOME=folder + "/cache")
        for step in steps(models):
            for target, source in step.get("copies", {}).items():
                os.makedirs(os.path.dirname(os.path.join(folder, target)), exist_ok=True)
                shutil.copy(os.path.join(folder, filled(source)), os.path.join(folder, target))
            arguments = [filled(a) for a in step["arguments"]]
            # Version 0.1.0 does without the arguments that came later, and refuses them with 64.
            for later in (step.get("later", []), []):
                done = subprocess.run(
                    [os.path.abspath(program)] + arguments + later,
                    cwd=folder, env=environment, capture_output=True, text=True,
                )
                if done.returncode != 64:
                    break
            if done.returncode:
                raise SystemExit(f"{program} {' '.join(arguments)}\n{done.stderr}")
            for name in step.get("images", []):
                self.images[name] = read_png(os.path.join(folder, name))
            if "numbers" in step:
                report = json.loads(done.stdout)
                for key in step["numbers"]:
                    value = report[key] if key in report else report[OLD_KEYS[key]]
                    self.numbers[" ".join(step["arguments"] + [key])] = value
