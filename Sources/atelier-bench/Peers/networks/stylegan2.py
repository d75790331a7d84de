"""StyleGAN2's networks the fastest way: all images share a kernel, their channels are scaled before and after it, and
resampling is a depthwise convolution. Parameters have the names of the official files."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from networks.recipes import style_networks

Dense = style_networks.Dense
LATENT, MAPPING_LAYERS, START = 512, 2, 4
TAPS = torch.tensor([1.0, 3, 3, 1]) / 8


def kernel(channels, gain=1.0):
    return (torch.outer(TAPS, TAPS) * gain).expand(channels, 1, 4, 4)


def activated(x, gain=1.0):
    return F.leaky_relu(x, 0.2) * (math.sqrt(2) * gain)


def widths(size, base):
    return [min(base // side, 512) for side in (START << i for i in range(int(math.log2(size // START)) + 1))]


class Resampling(nn.Module):
    """The filter, doubling or halving the size if asked to."""

    def __init__(self, channels, form, border=1):
        super().__init__()
        self.register_buffer('filter', kernel(channels, 4.0 if form in ('up', 'after_up') else 1.0).clone(), False)
        self.form, self.border, self.channels = form, border, channels

    def forward(self, x):
        if self.form == 'up':
            return F.conv_transpose2d(x, self.filter, stride=2, padding=1, groups=self.channels)
        stride = 2 if self.form == 'down' else 1
        return F.conv2d(x, self.filter, stride=stride, padding=self.border, groups=self.channels)


class Layer(nn.Module):
    def __init__(self, inputs, outputs, size, upward):
        super().__init__()
        self.affine = Dense(LATENT, inputs)
        nn.init.ones_(self.affine.bias)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.register_buffer('noise_const', torch.randn(size, size))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.smooth = Resampling(outputs, 'after_up') if upward else None

    def forward(self, x, w, fresh):
        scales = self.affine(w)
        norms = scales.square() @ self.weight.square().sum((2, 3)).T
        y = x * scales[:, :, None, None]
        if self.smooth is not None:
            y = self.smooth(F.conv_transpose2d(y, self.weight.transpose(0, 1), stride=2))
        else:
            y = F.conv2d(y, self.weight, padding=1)
        noise = torch.randn(len(y), 1, *y.shape[2:]) if fresh else self.noise_const
        y = y * (norms + 1e-8).rsqrt()[:, :, None, None] + noise * self.noise_strength
        return activated(y + self.bias[:, None, None])


class ToRGB(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.affine = Dense(LATENT, inputs)
        nn.init.ones_(self.affine.bias)
        self.weight = nn.Parameter(torch.randn(3, inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(3))

    def forward(self, x, w):
        scales = self.affine(w) / math.sqrt(self.weight.shape[1])
        return F.conv2d(x * scales[:, :, None, None], self.weight, self.bias)


class Block(nn.Module):
    def __init__(self, inputs, outputs, size):
        super().__init__()
        if inputs:
            self.conv0 = Layer(inputs, outputs, size, True)
            self.up = Resampling(3, 'up')
        else:
            self.const = nn.Parameter(torch.randn(outputs, size, size))
        self.conv1 = Layer(outputs, outputs, size, False)
        self.torgb = ToRGB(outputs)
        self.first = not inputs

    def forward(self, x, image, ws, fresh):
        if self.first:
            x = self.conv1(self.const.expand(len(ws), *self.const.shape), ws[:, 0], fresh)
            return x, self.torgb(x, ws[:, 1])
        x = self.conv1(self.conv0(x, ws[:, 0], fresh), ws[:, 1], fresh)
        return x, self.up(image) + self.torgb(x, ws[:, 2])


class Synthesis(nn.Module):
    def __init__(self, size, base):
        super().__init__()
        self.names, inputs = [], None
        for index, width in enumerate(widths(size, base)):
            self.names.append(f'b{START << index}')
            self.add_module(self.names[-1], Block(inputs, width, START << index))
            inputs = width
        self.count = 2 * len(self.names)

    def forward(self, ws, fresh):
        x = image = None
        first = 0
        for name in self.names:
            x, image = getattr(self, name)(x, image, ws[:, first:], fresh)
            first += 2 if first else 1
        return image


class Generator(nn.Module):
    """Noise is fresh in training and constant otherwise."""

    def __init__(self, size=128, base=8192):
        super().__init__()
        self.mapping = style_networks.Mapping(LATENT, 0, LATENT, MAPPING_LAYERS)
        self.synthesis = Synthesis(size, base)

    def forward(self, z):
        w = self.mapping(z, None)
        return self.synthesis(w[:, None].expand(-1, self.synthesis.count, -1), self.training)


class Conv(nn.Module):
    def __init__(self, inputs, outputs, size, form=None, linear=False):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size))
        self.bias = None if linear else nn.Parameter(torch.zeros(outputs))
        # The size is halved by the filter before a 1×1 convolution, and by a larger convolution behind the filter.
        self.smooth = form and Resampling(inputs, 'down' if size == 1 else 'smooth', 1 if size == 1 else 2)
        self.stride, self.padding = (2, 0) if form and size > 1 else (1, 0 if form else size // 2)

    def forward(self, x, gain=1.0):
        w = self.weight / math.sqrt(self.weight[0].numel())
        x = self.smooth(x) if self.smooth is not None else x
        y = F.conv2d(x, w if self.bias is not None else w * gain, self.bias, self.stride, self.padding)
        return activated(y, gain) if self.bias is not None else y


class DownBlock(nn.Module):
    def __init__(self, inputs, outputs, first):
        super().__init__()
        self.fromrgb = Conv(3, inputs, 1) if first else None
        self.conv0, self.conv1 = Conv(inputs, inputs, 3), Conv(inputs, outputs, 3, 'down')
        self.skip = Conv(inputs, outputs, 1, 'down', linear=True)

    def forward(self, x):
        x = self.fromrgb(x) if self.fromrgb is not None else x
        return self.skip(x, math.sqrt(0.5)) + self.conv1(self.conv0(x), math.sqrt(0.5))


class Epilogue(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = Conv(width + 1, width, 3)
        self.fc, self.out = Dense(width * START**2, width, True), Dense(width, 1)

    def forward(self, x):
        n, _, h, w = x.shape
        groups = x.reshape(4, n // 4, *x.shape[1:])
        deviation = ((groups - groups.mean(0)).square().mean(0) + 1e-8).sqrt().mean((1, 2, 3))
        x = torch.cat([x, deviation.repeat(4)[:, None, None, None].expand(n, 1, h, w)], 1)
        return self.out(self.fc(self.conv(x).flatten(1)))[:, 0]


class Discriminator(nn.Module):
    def __init__(self, size=128, base=8192):
        super().__init__()
        channels = widths(size, base)[::-1]
        self.blocks = nn.Sequential(*(DownBlock(a, b, i == 0) for i, (a, b) in enumerate(zip(channels, channels[1:]))))
        self.b4 = Epilogue(channels[-1])

    def forward(self, image):
        return self.b4(self.blocks(image))
