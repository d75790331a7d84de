"""FastGAN's light generator and projected discriminators with drawn weights, written from the papers."""

import torch
from torch import nn
from torch.nn import functional

from .drawn_weights import fill
from .features import Lite0
from .group import Group


class Gated(nn.Module):
    """Batch normalization, for classes with scales and shifts from tables, then a gated linear unit."""

    def __init__(self, outputs, classes):
        super().__init__()
        if classes:
            self.conditional = nn.Module()
            self.conditional.norm = nn.BatchNorm2d(2 * outputs, affine=False)
            self.conditional.gamma = nn.Embedding(classes, 2 * outputs)
            self.conditional.beta = nn.Embedding(classes, 2 * outputs)
        else:
            self.plain = nn.BatchNorm2d(2 * outputs)

    def forward(self, x, labels):
        if labels is None:
            x = self.plain(x)
        else:
            gamma, beta = self.conditional.gamma(labels), self.conditional.beta(labels)
            x = gamma[:, :, None, None] * self.conditional.norm(x) + beta[:, :, None, None]
        return functional.glu(x, 1)


class Doubling(nn.Module):
    def __init__(self, inputs, outputs, classes):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, 2 * outputs, 3, padding=1, bias=False)
        self.norm = Gated(outputs, classes)

    def forward(self, x, labels):
        return self.norm(self.convolution(functional.interpolate(x, scale_factor=2, mode='nearest')), labels)


class Gate(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.pooled = nn.Conv2d(inputs, outputs, 4, bias=False)
        self.mixed = nn.Conv2d(outputs, outputs, 1, bias=False)

    def forward(self, x, small):
        return x * torch.sigmoid(self.mixed(functional.silu(self.pooled(functional.adaptive_avg_pool2d(small, 4)))))


class Generator(nn.Module):
    def __init__(self, latent, widths, channels, classes):
        super().__init__()
        self.start = nn.Linear(latent, 32 * widths[0], bias=False)
        self.start_norm = Gated(widths[0], classes)
        self.blocks = nn.ModuleList(Doubling(a, b, classes) for a, b in zip(widths, widths[1:]))
        self.gates = nn.ModuleList(Gate(a, b) for a, b in zip(widths, widths[4:]))
        self.output = nn.Conv2d(widths[-1], channels, 3, padding=1)

    def forward(self, z, labels=None):
        z = z / torch.sqrt((z**2).mean(1, keepdim=True) + 1e-8)
        maps = [self.start_norm(self.start(z).view(len(z), -1, 4, 4), labels)]
        for index, block in enumerate(self.blocks):
            x = block(maps[-1], labels)
            if index >= 3:
                x = self.gates[index - 3](x, maps[index - 3])
            maps.append(x)
        return torch.tanh(self.output(maps[-1]))


class Projection(nn.Module):
    """Frozen random mixing of channels, then of scales from coarse to fine."""

    def __init__(self, levels):
        super().__init__()
        for name, shapes in [('channels', [(64, c, 1, 1) for c in levels]), ('scales', [(64, 64, 3, 3)] * 4)]:
            module = nn.Module()
            for index, shape in enumerate(shapes):
                module.register_buffer(str(index), torch.zeros(shape))
            setattr(self, name, module)

    def forward(self, levels):
        views, coarser = [], None
        for index in (3, 2, 1, 0):
            x = functional.conv2d(levels[index], getattr(self.channels, str(index)))
            if coarser is not None:
                x = x + functional.interpolate(coarser, x.shape[2:], mode='bilinear', align_corners=False)
            coarser = functional.conv2d(x, getattr(self.scales, str(index)), padding=1)
            views.insert(0, coarser)
        return views


class Head(nn.Module):
    def __init__(self, halvings, classes, width):
        super().__init__()
        spectral = nn.utils.spectral_norm
        widths = [64] + [width * 2 ** min(i, 2) for i in range(halvings + 1)]
        layers = []
        for index, (a, b) in enumerate(zip(widths, widths[1:])):
            kernel, stride = (4, 2) if index < halvings else (3, 1)
            layers.append(spectral(nn.Conv2d(a, b, kernel, stride, 1, bias=False)))
        self.convolutions = nn.ModuleList(layers)
        self.norms = nn.ModuleList(nn.BatchNorm2d(b) for b in widths[1:])
        self.output = spectral(nn.Conv2d(widths[-1], 1, 3, 1, 1))
        if classes:
            self.embedding = spectral(nn.Embedding(classes, widths[-1]))

    def forward(self, x, labels):
        for convolution, norm in zip(self.convolutions, self.norms):
            x = functional.leaky_relu(norm(convolution(x)), 0.2)
        logits = self.output(x)
        if labels is None:
            return logits
        return logits + (x * self.embedding(labels)[:, :, None, None]).sum(1, keepdim=True)


class Discriminators(nn.Module):
    """Of 64x64 images, which the frozen network sees at 128x128."""

    def __init__(self, classes, width):
        super().__init__()
        self.projection = Projection([24, 40, 112, 320])
        self.heads = nn.ModuleList(Head(halvings, classes, width) for halvings in (3, 2, 1, 0))

    def forward(self, network, x, labels):
        x = functional.interpolate(x, (128, 128), mode='bilinear', align_corners=False)
        views = self.projection(network.levels(x))
        return [head(view, labels) for head, view in zip(self.heads, views)]


def listed(shapes):
    return ' '.join(f'{name}:{"x".join(map(str, shape))}' for name, shape in shapes.items())


def make():
    g = Group('fastgan', 119)
    for name, classes, channels in [('plain', 0, 3), ('classes', 3, 1)]:
        widths = [16, 8, 4, 2, 2, 1]
        network = Generator(6, widths, channels, classes)
        shapes = fill(network)
        labels = torch.tensor([2, 0]) if classes else None
        for mode in ('inference', 'training'):
            network = network.double().train(mode == 'training')
            attributes = {'state': listed(shapes), 'training': mode == 'training', 'classes': classes}
            attributes |= {'channels': channels, 'labels': [2, 0] if classes else []}
            # Means of blocks of pixels: small, and every pixel counts.
            pooled = lambda input: functional.avg_pool2d(network(input, labels), 8)
            g.differentiate(f'generator-{name}-{mode}', 'generator', attributes, {'input': g.normal(2, 6)}, pooled)
    features = Lite0()
    fill(features)
    features = features.double().eval()
    for name, classes in [('plain', 0), ('classes', 3)]:
        network = Discriminators(classes, 4)
        shapes = fill(network)
        labels = torch.tensor([2, 0]) if classes else None
        network = network.double().train()
        attributes = {'state': listed(shapes), 'training': True, 'classes': classes}
        attributes |= {'labels': [2, 0] if classes else []}
        small = g.uniform(2, 3, 16, 16, low=-1.0)

        def logits(input):
            images = functional.interpolate(input, scale_factor=4, mode='nearest')
            return torch.cat([m.flatten(1) for m in network(features, images, labels)], 1)

        g.differentiate(f'discriminators-{name}', 'discriminators', attributes, {'input': small}, logits)
    g.write()
