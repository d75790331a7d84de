#!/usr/bin/env python3
"""Public networks beside known answers, and beside PyTorch with the same weights.

    public.py ANSWERS MODELS [--atelier PROGRAM]

ANSWERS holds inputs/ and outputs/ of spandrel's tests; MODELS is where `make models MODELS=DIR` put the networks. Its
weights have 16 bits, those of the answers 32. The second column says how far PyTorch is off with the 16-bit weights, the
third how far Atelier is from that. Exit code: 0 if Atelier is nowhere more than one level from PyTorch.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy
import spandrel
import torch
from PIL import Image
from safetensors.torch import load_file

ROOT = pathlib.Path(__file__).resolve().parents[3]
NETWORKS = {'realesrgan-x4plus': 'RealESRGAN_x4plus', 'realesrgan-x4plus-anime': 'RealESRGAN_x4plus_anime_6B'}


def pixels(path):
    return numpy.asarray(Image.open(path).convert('RGB')).astype(int)


def differences(atelier, model, answer, question, folder):
    weights, result = folder / 'weights.safetensors', folder / 'result.png'
    subprocess.run([atelier, 'models', 'export', model, '-o', weights, '--quiet'], check=True)
    subprocess.run([atelier, 'upscale', question, '-m', model, '-o', result, '--pre-pad', '0', '--keep-shift',
                    '--quiet'], check=True)
    network = spandrel.ModelLoader().load_from_state_dict(load_file(weights))
    network.model.eval()
    image = torch.tensor(pixels(question)).permute(2, 0, 1)[None].float() / 255
    with torch.no_grad():
        reference = (network(image)[0].clamp(0, 1) * 255).round().permute(1, 2, 0).numpy().astype(int)
    ours, known = pixels(result), pixels(answer)
    return [int(abs(a - b).max()) for a, b in ((ours, known), (reference, known), (ours, reference))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('answers', type=pathlib.Path)
    parser.add_argument('models', type=pathlib.Path)
    parser.add_argument('--atelier', default=str(ROOT / '.build' / 'release' / 'atelier'))
    asked = parser.parse_args()
    worst = 0
    for model, name in NETWORKS.items():
        for question in sorted((asked.answers / 'inputs').glob('*.png')):
            answer = asked.answers / 'outputs' / f'{name}-{question.name}'
            if not answer.exists():
                continue
            with tempfile.TemporaryDirectory() as folder:
                found = differences(asked.atelier, asked.models / model, answer, question, pathlib.Path(folder))
            worst = max(worst, found[2])
            print(f'{name} {question.stem}: Atelier {found[0]}, PyTorch {found[1]} levels from the answer; '
                  f'Atelier {found[2]} from PyTorch', flush=True)
    sys.exit(0 if worst <= 1 else 1)


main()
