#!/usr/bin/env python3
"""Upscalers on photos as people have them: blurred, noisy, compressed.

    degraded.py [--atelier PROGRAM] [--seed 7] [--rounds 3] --photos FOLDER... MODEL...

Degrades the photos of each folder (atelier data degrade, with a fixed seed), upscales them with each model, and measures
the results against the photos: NIQE, the perceptual distance in ImageNet's features, and PSNR. The time is the median of
the rounds, in which the models take turns. Needs nothing but Python.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--atelier', default=str(ROOT / '.build' / 'release' / 'atelier'))
    parser.add_argument('--photos', action='append', required=True, help='repeat for more folders')
    parser.add_argument('--seed', type=int, default=7)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('models', nargs='+', help='names, folders or files of ×4 upscalers')
    asked = parser.parse_args()

    def run(*arguments):
        done = subprocess.run([asked.atelier, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f'atelier {" ".join(map(str, arguments))}: exit code {done.returncode}\n{done.stderr}')
        return done.stdout

    print(f'{"":34}{"PSNR":>8}{"NIQE":>8}{"perceptual":>12}{"seconds":>10}')
    for photos in map(pathlib.Path, asked.photos):
        with tempfile.TemporaryDirectory() as work:
            small = pathlib.Path(work) / 'small'
            run('data', 'degrade', photos, '-o', small, '--seed', asked.seed, '--quiet')
            large = [pathlib.Path(work) / str(number) for number in range(len(asked.models))]
            seconds = [[] for _ in asked.models]
            for _ in range(asked.rounds):
                for model, folder, taken in zip(asked.models, large, seconds):
                    start = time.time()
                    run('upscale', small, '-m', model, '-o', folder, '--quiet')
                    taken.append(time.time() - start)
            for model, folder, taken in zip(asked.models, large, seconds):
                found = json.loads(run('evaluate', folder, '--data', photos, '--shave', 4, '--niqe', '--json'))['rows'][0]
                name = f'{photos.name} {pathlib.Path(model).name}'
                print(
                    f'{name:34}{found["figures"]["psnrY"]:8.2f}{found["niqe"]:8.2f}{found["perceptual"]:12.3f}'
                    f'{statistics.median(taken):10.2f}', flush=True)


main()
