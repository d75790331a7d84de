#!/usr/bin/env python3
"""Writes small files with the layouts of StyleGAN's programs, with random weights, and the images that they give.

    pip install torch --index-url https://download.pytorch.org/whl/cpu
    pip install safetensors numpy
    python Tests/Fixtures/StyleGAN/make_fixtures.py

The official weights are NVIDIA's and not for commercial use, so none are here. `layers.py` and `networks.py` are written
from the papers, `layouts.py` from the names in the files. `images.safetensors` holds the image of seed 7 of every file,
computed in double precision from `numpy.random.RandomState(seed).randn(1, z)`, as `<file>` and, with truncation 0.5, as
`<file>.truncated`. The conditional file shows class 1.
"""

import pathlib

import numpy
import torch
from layers import Persistent, fill
from layouts import EasyDict, pytorch, rosinality, tensorflow, tensorflow_generator, tensorflow_network
from networks import StyleGAN2Generator, StyleGAN3Generator
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
SEED = 7


class Discriminator(Persistent):
    def __init__(self):
        super().__init__()
        self.register_buffer('resample_filter', torch.ones(4, 4))


def stylegan2(random, classes=0, clamp=None):
    kwargs = EasyDict(z_dim=8, c_dim=classes, w_dim=8, img_resolution=32, img_channels=3)
    kwargs['mapping_kwargs'] = EasyDict(num_layers=2)
    kwargs['synthesis_kwargs'] = EasyDict(channel_base=96, channel_max=6, num_fp16_res=0, conv_clamp=clamp)
    network = StyleGAN2Generator(kwargs)
    fill(network, random)
    return network.eval().requires_grad_(False)


def stylegan3(random, **changes):
    kwargs = EasyDict(z_dim=8, c_dim=0, w_dim=8, img_resolution=32, img_channels=3, mapping_kwargs=EasyDict())
    kwargs |= {'channel_base': 160, 'channel_max': 8, 'num_layers': 6, 'num_critical': 2, 'magnitude_ema_beta': 0.999}
    kwargs |= changes
    network = StyleGAN3Generator(EasyDict(kwargs), random)
    fill(network, random)
    return network.eval().requires_grad_(False)


def images(name, network, classes=0):
    network.double()
    z = torch.from_numpy(numpy.random.RandomState(SEED).randn(1, 8))
    c = torch.eye(classes, dtype=torch.float64)[1:2] if classes else None
    made = {name: network(z, c), f'{name}.truncated': network(z, c, 0.5)}
    print(name, *(f'{value.std():.3f}' for value in made.values()))
    return {key: value.float().contiguous() for key, value in made.items()}


if __name__ == '__main__':
    random = torch.Generator().manual_seed(203)
    answers = {}
    ada = stylegan2(random, 3, 2.0)
    pytorch(HERE / 'stylegan2-ada.pkl', {'D': Discriminator(), 'G_ema': ada}, 3)
    answers |= images('stylegan2-ada.pkl', ada, 3)
    plain, other = stylegan2(random), stylegan2(random)
    empty = tensorflow_network('D_stylegan2', [('lod', 0)], {})
    tensorflow(HERE / 'stylegan2-tensorflow.pkl', [
        tensorflow_generator('G', other), empty, tensorflow_generator('Gs', plain)])
    rosinality(HERE / 'stylegan2-rosinality.pt', plain)
    answers |= images('stylegan2-tensorflow.pkl', plain)
    for name, changes in (
        ('stylegan3-t.pkl', {}),
        ('stylegan3-r.pkl', {'conv_kernel': 1, 'use_radial_filters': True}),
    ):
        network = stylegan3(random, **changes)
        pytorch(HERE / name, {'G_ema': network}, 4)
        answers |= images(name, network)
    save_file(answers, HERE / 'images.safetensors')
    for path in sorted(HERE.glob('*.*')):
        path.chmod(0o755 if path.name == 'make_fixtures.py' else 0o644)
    total = sum(path.stat().st_size for path in HERE.iterdir() if path.suffix in ('.pkl', '.pt', '.safetensors'))
    assert total < 400_000, total
    print(f'{total / 1e3:.0f} kB')
