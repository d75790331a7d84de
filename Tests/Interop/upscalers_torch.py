"""RRDBNet and SRVGGNetCompact with random weights, saved by PyTorch, run by atelier and by PyTorch on the same picture.

    upscalers_torch.py ATELIER FOLDER

Each network goes through a zip `.pth`, the older bare pickle, and safetensors. atelier sees the picture's mirror image
beyond its border and PyTorch zeros, so PyTorch is given the mirror image, too, and the picture is compared where neither
network sees anything else.
"""
import subprocess
import sys

import numpy
import safetensors.torch
import torch
from PIL import Image
from torch import nn
from torch.nn import functional


def border(scale):
    """What atelier sees beyond the picture: ten pixels, or as many as make squares that become channels."""
    return 12 if scale == 1 else 10


class DenseBlock(nn.Module):
    def __init__(self, features, growth):
        super().__init__()
        for i in range(5):
            setattr(self, f'conv{i + 1}', nn.Conv2d(features + i * growth, growth if i < 4 else features, 3, padding=1))

    def forward(self, x):
        known = [x]
        for i in range(4):
            known.append(functional.leaky_relu(getattr(self, f'conv{i + 1}')(torch.cat(known, 1)), 0.2))
        return self.conv5(torch.cat(known, 1)) * 0.2 + x


class ResidualInResidual(nn.Module):
    def __init__(self, features, growth):
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (DenseBlock(features, growth) for _ in range(3))

    def forward(self, x):
        return self.rdb3(self.rdb2(self.rdb1(x))) * 0.2 + x


class RRDBNet(nn.Module):
    def __init__(self, scale, features=64, blocks=2, growth=32):
        super().__init__()
        self.fold = 4 // scale
        self.conv_first = nn.Conv2d(3 * self.fold ** 2, features, 3, padding=1)
        self.body = nn.Sequential(*(ResidualInResidual(features, growth) for _ in range(blocks)))
        self.conv_body, self.conv_up1, self.conv_up2, self.conv_hr = (
            nn.Conv2d(features, features, 3, padding=1) for _ in range(4))
        self.conv_last = nn.Conv2d(features, 3, 3, padding=1)

    def forward(self, x):
        shallow = self.conv_first(functional.pixel_unshuffle(x, self.fold))
        h = shallow + self.conv_body(self.body(shallow))
        for conv in (self.conv_up1, self.conv_up2):
            h = functional.leaky_relu(conv(functional.interpolate(h, scale_factor=2, mode='nearest')), 0.2)
        return self.conv_last(functional.leaky_relu(self.conv_hr(h), 0.2))


class SRVGGNetCompact(nn.Module):
    def __init__(self, scale, features=64, convolutions=16):
        super().__init__()
        self.scale = scale
        layers = [nn.Conv2d(3, features, 3, padding=1), nn.PReLU(features)]
        for _ in range(convolutions):
            layers += [nn.Conv2d(features, features, 3, padding=1), nn.PReLU(features)]
        self.body = nn.ModuleList(layers + [nn.Conv2d(features, 3 * scale ** 2, 3, padding=1)])

    def forward(self, x):
        h = x
        for layer in self.body:
            h = layer(h)
        return functional.pixel_shuffle(h, self.scale) + functional.interpolate(x, scale_factor=self.scale)


def picture(size):
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
    samples = picture(size)
    Image.fromarray(samples).save(f'{folder}/in.png')
    passed = failed = 0
    cases = [(f'rrdb-x{scale}', lambda scale=scale: RRDBNet(scale), scale, 'params_ema') for scale in (1, 2, 4)]
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
