"""EfficientNet-Lite0 with drawn weights, and distances between sets of feature vectors, written from the papers."""

import numpy
import torch
from torch import nn
from torch.nn import functional

from .drawn_weights import fill
from .group import Group

STAGES = [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3)]
STAGES += [(5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]


def same(x, kernel, stride):
    """TensorFlow's padding: what is odd goes to the bottom and the right."""
    height, width = (max((-(-n // stride) - 1) * stride + kernel - n, 0) for n in x.shape[2:])
    return functional.pad(x, (width // 2, width - width // 2, height // 2, height - height // 2))


def norm(channels):
    return nn.BatchNorm2d(channels, momentum=0.01, eps=1e-3)


class Block(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride, factor):
        super().__init__()
        inner = inputs * factor
        if factor > 1:
            self.expansion = nn.Conv2d(inputs, inner, 1, bias=False)
            self.expansion_norm = norm(inner)
        self.depthwise = nn.Conv2d(inner, inner, kernel, stride, groups=inner, bias=False)
        self.depthwise_norm = norm(inner)
        self.projection = nn.Conv2d(inner, outputs, 1, bias=False)
        self.projection_norm = norm(outputs)
        self.kernel, self.stride, self.adds = kernel, stride, stride == 1 and inputs == outputs

    def forward(self, x):
        h = x
        if hasattr(self, 'expansion'):
            h = functional.relu6(self.expansion_norm(self.expansion(h)))
        h = functional.relu6(self.depthwise_norm(self.depthwise(same(h, self.kernel, self.stride))))
        h = self.projection_norm(self.projection(h))
        return x + h if self.adds else h


class Lite0(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 3, 2, bias=False)
        self.stem_norm = norm(32)
        blocks, channels = [], 32
        for kernel, stride, factor, outputs, count in STAGES:
            for index in range(count):
                blocks.append(Block(channels, outputs, kernel, stride if index == 0 else 1, factor))
                channels = outputs
        self.blocks = nn.ModuleList(blocks)
        self.head = nn.Conv2d(channels, 1280, 1, bias=False)
        self.head_norm = norm(1280)

    def levels(self, x):
        """x from -1 to 1; the training saw (255 v - 127) / 128 of values v from 0 to 1."""
        x = (255 * (x + 1) / 2 - 127) / 128
        x = functional.relu6(self.stem_norm(self.stem(same(x, 3, 2))))
        found = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in (2, 4, 10, 15):
                found.append(x)
        return found

    def features(self, x):
        return functional.relu6(self.head_norm(self.head(self.levels(x)[-1]))).mean((2, 3))


def kernel_distance(a, b):
    """The unbiased estimate of all pairs, and the jackknife's standard error by leaving out every vector in turn."""

    def estimate(a, b):
        def k(x, y):
            return (x @ y.T / x.shape[1] + 1) ** 3

        n, m = len(a), len(b)
        within = [(k(x, x).sum() - numpy.trace(k(x, x))) / (len(x) * (len(x) - 1)) for x in (a, b)]
        return sum(within) - 2 * k(a, b).sum() / (n * m)

    variance = 0
    for x, left in ((a, lambda i: estimate(numpy.delete(a, i, 0), b)), (b, lambda i: estimate(a, numpy.delete(b, i, 0)))):
        values = numpy.array([left(i) for i in range(len(x))])
        variance += (len(x) - 1) / len(x) * ((values - values.mean()) ** 2).sum()
    return estimate(a, b), variance**0.5


def density_and_coverage(real, fake, k):
    distances = numpy.linalg.norm(real[:, None] - real[None], axis=2)
    radii = numpy.sort(distances, axis=1)[:, k]
    inside = numpy.linalg.norm(real[:, None] - fake[None], axis=2) <= radii[:, None]
    return inside.sum() / (k * len(fake)), inside.any(1).mean()


def make():
    g = Group('features', 117)
    network = Lite0()
    shapes = fill(network)
    network = network.double().eval()
    state = ' '.join(f'{name}:{"x".join(map(str, shape))}' for name, shape in shapes.items())
    image = g.uniform(1, 3, 45, 38, low=-1.0)
    attributes = {'state': state, 'training': False}
    g.differentiate('vector', 'features', attributes, {'input': image}, lambda input: network.features(input))
    means = lambda input: torch.cat([level.mean((2, 3)) for level in network.levels(input)], 1)
    g.differentiate('levels', 'features', attributes, {'input': image}, means)
    for name, n, m, width, shift in [('near', 40, 31, 12, 0.1), ('far', 25, 60, 7, 1.0)]:
        a, b = g.normal(n, width).float(), (g.normal(m, width) + shift).float()
        real, fake = a.double().numpy(), b.double().numpy()
        distance, error = kernel_distance(real, fake)
        density, coverage = density_and_coverage(real, fake, 5)
        figures = {'distance': distance, 'error': error, 'density': density, 'coverage': float(coverage)}
        g.add(name, 'sets', figures, {'real': a, 'generated': b})
    g.write()
