"""RRDBNet and SRVGGNetCompact with random weights, saved by PyTorch, run by atelier and by PyTorch on the same image.

    upscalers_torch.py ATELIER FOLDER

Each network goes through a zip `.pth`, the older bare pickle, and safetensors. atelier sees the image's mirror image
beyond its border and PyTorch zeros, so PyTorch is given the mirror image, too, and the image is compared where neither
network sees anything else.
"""
import pathlib
import subprocess
import sys

import numpy
import safetensors.torch
import torch
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / 'Sources' / 'atelier-bench' / 'Peers'))
from upscaling_networks import RRDBNet, SRVGGNetCompact


def border(scale):
    """What atelier sees beyond the image: ten pixels, or as many as make squares that become channels."""
    return 12 if scale == 1 else 10


def image(size):
    random = numpy.random.default_rng(5)
    y, x = numpy.mgrid[0:size, 0:size] / size
    planes = numpy.stack([x, 1 - y, x * y], axis=-1) * 200
    planes[size // 4:size // 2, size // 3:size // 2] = (230, 60, 20)
    return (planes + random.normal(0, 6, planes.shape)).clip(0, 255).round().astype(numpy.uint8)


def with_contrast(network, x):
    """Random weights leave a result without contrast: the last convolution is scaled so that it has some."""
    last = network.conv_last if hasattr(network, 'conv_last') else network.body[-1]
    with torch.no_grad():
        if hasattr(network, 'conv_last'):
            result = network(x)
            last.weight /= result.std() * 5
            last.bias.copy_((last.bias - result.mean()) / (result.std() * 5) + 0.5)
        else:
            last.weight *= 30
    return network


def main():
    atelier, folder = sys.argv[1:]
    size = 48
    samples = image(size)
    Image.fromarray(samples).save(f'{folder}/in.png')
    passed = failed = 0
    cases = [(f'rrdb-x{scale}', lambda scale=scale: RRDBNet(scale, blocks=2), scale, 'params_ema') for scale in (1, 2, 4)]
    cases += [(f'srvgg-x{scale}', lambda scale=scale: SRVGGNetCompact(scale), scale, 'params') for scale in (2, 4)]
    for seed, (name, make, scale, key) in enumerate(cases):
        torch.manual_seed(seed)
        around = (border(scale), border(scale))
        padded = numpy.pad(samples, (around, around, (0, 0)), mode='reflect')
        x = torch.from_numpy(padded.transpose(2, 0, 1).astype(numpy.float32) / 255)[None]
        network = with_contrast(make().eval(), x)
        with torch.no_grad():
            large = network(x)[0].numpy().transpose(1, 2, 0)
        cut = border(scale) * scale
        expected = (large.clip(0, 1) * 255).round()[cut:-cut, cut:-cut]
        state = network.state_dict()
        torch.save({key: state}, f'{folder}/{name}-zip.pth')
        torch.save({key: state}, f'{folder}/{name}-legacy.pth', _use_new_zipfile_serialization=False)
        safetensors.torch.save_file(state, f'{folder}/{name}-plain.safetensors')
        for file in (f'{name}-zip.pth', f'{name}-legacy.pth', f'{name}-plain.safetensors'):
            subprocess.run([atelier, 'upscale', f'{folder}/in.png', '-m', f'{folder}/{file}', '--keep-shift', '--quiet',
                            '-o', f'{folder}/{file}.png'], check=True)
            ours = numpy.asarray(Image.open(f'{folder}/{file}.png'), dtype=numpy.float32)
            difference = numpy.abs(ours - expected) if ours.shape == expected.shape else numpy.array([255.0])
            print(f'{file}: largest difference {int(difference.max())} levels, '
                  f'{(difference > 0).mean():.2%} of samples differ, contrast {expected.std():.0f}')
            good = difference.max() <= 1
            passed, failed = passed + good, failed + (not good)
    print(f'{passed} passed, {failed} failed')
    sys.exit(1 if failed else 0)


main()
