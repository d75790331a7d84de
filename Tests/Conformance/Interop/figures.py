"""NIQE and LPIPS measured by atelier against BasicSR and lpips on the same images: figures.py ATELIER FOLDER BASICSR

LPIPS is compared in the full networks, AlexNet and VGG-16, with drawn weights and the package's own last layers.
"""
import json
import pathlib
import subprocess
import sys
import warnings

import lpips
import numpy
import torch
from PIL import Image

atelier, folder, basicsr = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]), sys.argv[3]
sys.path[:0] = [basicsr, str(pathlib.Path(__file__).resolve().parents[2] / 'Fixtures' / 'KnownAnswers')]
from Recipes.naturalness import basicsr_niqe, image

warnings.simplefilter('ignore')
BORDER = 4
SIZES = {'wide': (420, 230), 'high': (201, 333), 'grainy': (300, 300)}


def draw():
    """Images, and what could be upscaled images of them."""
    random = numpy.random.default_rng(5)
    for number, (name, (width, height)) in enumerate(SIZES.items()):
        photo = image(width, height, 10 + number, 110 * (number % 2)).astype(float)
        rough = photo + random.normal(0, 12, photo.shape)
        for kind, samples in (('photos', photo), ('results', rough)):
            (folder / kind).mkdir(exist_ok=True)
            Image.fromarray(samples.clip(0, 255).round().astype(numpy.uint8)).save(folder / kind / f'{name}.png')


def read(kind, name):
    return numpy.asarray(Image.open(folder / kind / f'{name}.png'))


def evaluate(*arguments):
    told = subprocess.run([atelier, 'evaluate', *arguments, '--shave', str(BORDER), '--json'], check=True,
                          stdout=subprocess.PIPE, cwd=folder)
    return json.loads(told.stdout)


def tensor(kind, name):
    inner = read(kind, name)[BORDER:-BORDER, BORDER:-BORDER].astype(numpy.float32)
    return torch.from_numpy(inner / 255).permute(2, 0, 1)[None]


def main():
    draw()
    failed = 0

    def check(what, ours, theirs, tolerance):
        nonlocal failed
        print(f'{what}: {ours:.6f}, theirs {theirs:.6f}')
        failed += not abs(ours - theirs) <= tolerance

    niqe = basicsr_niqe()
    for kind in ('photos', 'results'):
        found = evaluate(kind, '--niqe')['files']
        for name in SIZES:
            theirs = niqe.calculate_niqe(read(kind, name)[..., ::-1], BORDER)
            check(f'NIQE of {kind}/{name}', found[f'{name}.png'], theirs, 1e-3)
    for net in ('alex', 'vgg'):
        torch.manual_seed(7)
        model = lpips.LPIPS(net=net, pnet_rand=True, verbose=False)
        torch.save(model.state_dict(), folder / f'{net}.pth')
        with torch.no_grad():
            distances = [model(tensor('results', n), tensor('photos', n), normalize=True).item() for n in SIZES]
        ours = evaluate('results', '--data', 'photos', '--lpips', f'{net}.pth')['rows'][0]['lpips']
        theirs = sum(distances) / len(distances)
        check(f'LPIPS by {net}', ours, theirs, 1e-4 * theirs)
    print(f'{8 - failed} passed, {failed} failed')
    sys.exit(failed > 0)


main()
