"""FastGAN's generator guided by a drawing: an encoder's maps are added before each normalization."""

import torch
from torch import nn
from torch.nn import functional

from .drawn_weights import fill
from .fastgan import Gated, Generator, listed
from .group import Group


class ByShares(Gated):
    """Scales and shifts are means of the tables' rows, with the shares of the classes."""

    def forward(self, x, shares):
        gamma, beta = shares @ self.conditional.gamma.weight, shares @ self.conditional.beta.weight
        x = gamma[:, :, None, None] * self.conditional.norm(x) + beta[:, :, None, None]
        return functional.glu(x, 1)


class Level(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.convolution, self.norm = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
        self.residual, self.residual_norm = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)

    def forward(self, x):
        h = functional.leaky_relu(self.norm(self.convolution(x)), 0.2)
        return functional.leaky_relu(h + self.residual_norm(self.residual(h)), 0.2)


class Guided(nn.Module):
    """One gray plane, four of hints, three of classes and one of noise, to 64x64 pixels in RGB."""

    def __init__(self, widths):
        super().__init__()
        found = [1, 2, 4, 6, 6]
        self.levels = nn.ModuleList(Level(a, b, 1 if a == 8 else 2) for a, b in zip([8] + found, found))
        self.guides = nn.ModuleList(nn.Conv2d(a, 2 * b, 1) for a, b in zip(found, reversed(widths)))
        self.generator = Generator(128, widths, 3, 3)
        self.generator.start = nn.Linear(128, 2 * widths[0], bias=False)
        self.generator.start_norm.__class__ = ByShares
        for block in self.generator.blocks:
            block.norm.__class__ = ByShares

    def forward(self, x):
        told, noise = x[:, :8], x[:, 8]
        guides, h = [], told
        for level, guide in zip(self.levels, self.guides):
            h = level(h)
            guides.insert(0, guide(h))
        said = told[:, 5:].mean((2, 3))
        shares = said + (1 - said.sum(1, keepdim=True)) / 3
        g, z = self.generator, noise[:, :2].flatten(1)
        z = z / torch.sqrt((z**2).mean(1, keepdim=True) + 1e-8)
        maps = [g.start_norm(g.start(z)[:, :, None, None] + guides[0], shares)]
        for index, block in enumerate(g.blocks):
            doubled = functional.interpolate(maps[-1], scale_factor=2, mode='nearest')
            h = block.norm(block.convolution(doubled) + guides[index + 1], shares)
            maps.append(g.gates[index - 3](h, maps[index - 3]) if index >= 3 else h)
        return torch.tanh(g.output(maps[-1]))


def make():
    g = Group('guided', 131)
    network = Guided([16, 8, 4, 2, 2])
    shapes = fill(network)
    for mode in ('inference', 'training'):
        network = network.double().train(mode == 'training')
        attributes = {'state': listed(shapes), 'training': mode == 'training'}
        # Small blocks of one color, drawn large: the second image has no class.
        classes = torch.tensor([[0.0, 1, 0], [0, 0, 0]], dtype=torch.float32)

        def pooled(input):
            told = functional.interpolate(input[:, :5], scale_factor=8, mode='nearest')
            planes = classes.to(input)[:, :, None, None].expand(2, 3, 64, 64)
            noise = functional.interpolate(input[:, 5:], scale_factor=8, mode='nearest')
            return functional.avg_pool2d(network(torch.cat([told, planes, noise], 1)), 8)

        g.differentiate(f'generator-{mode}', 'generator', attributes, {'input': g.normal(2, 6, 8, 8)}, pooled)
    g.write()
