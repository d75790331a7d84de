"""R3GAN's networks and one step of its training, written from Huang et al. 2024.

Weights are drawn from their names; the step uses plain gradient descent, so that a move is a gradient.
"""

import torch
import torch.nn.functional as F
from torch import nn

from .drawn_weights import fill
from .group import Group, softplus

RATE = 0.5


def halving(n):
    """[1, 3, 3, 1] / 8 at every second pixel; at the border, the part of the filter inside, with sum 1."""
    taps = {-1: 1, 0: 3, 1: 3, 2: 1}
    rows = torch.zeros(n // 2, n, dtype=torch.float64)
    for i in range(n // 2):
        for offset, weight in taps.items():
            if 0 <= 2 * i + offset < n:
                rows[i, 2 * i + offset] = weight
    return rows / rows.sum(1, keepdim=True)


def halved(x):
    m = halving(x.shape[-1])
    return torch.einsum('ih,nchw,jw->ncij', m, x, m)


def doubled(x):
    return F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False)


def widths(size, width):
    found, side = [], 4
    while side <= size:
        found.append(max(width // max(side // 32, 1) // 8 * 8, 8))
        side *= 2
    return found


class Block(nn.Module):
    def __init__(self, w):
        super().__init__()
        self.expand = nn.Conv2d(w, 2 * w, 1)
        self.mix = nn.Conv2d(2 * w, 2 * w, 3, padding=1, groups=2 * w // 16)
        self.contract = nn.Conv2d(2 * w, w, 1, bias=False)

    def forward(self, x):
        h = F.leaky_relu(self.expand(x), 0.2)
        return x + self.contract(F.leaky_relu(self.mix(h), 0.2))


class Up(nn.Module):
    def __init__(self, before, w):
        super().__init__()
        self.doubles = before is not None
        self.project = nn.Conv2d(before, w, 1, bias=False) if before not in (None, w) else None
        self.blocks = nn.Sequential(Block(w), Block(w))

    def forward(self, x):
        x = doubled(x) if self.doubles else x
        return self.blocks(self.project(x) if self.project is not None else x)


class Down(nn.Module):
    def __init__(self, w, after):
        super().__init__()
        self.halves = after is not None
        self.blocks = nn.Sequential(Block(w), Block(w))
        self.project = nn.Conv2d(w, after, 1, bias=False) if after not in (None, w) else None

    def shrunk(self, x):
        return halved(x)

    def forward(self, x):
        x = self.blocks(x)
        x = self.shrunk(x) if self.halves else x
        return self.project(x) if self.project is not None else x


class Generator(nn.Module):
    def __init__(self, latent, classes, size, channels, width):
        super().__init__()
        ws = widths(size, width)
        self.embedding = nn.Embedding(classes, latent) if classes else None
        self.start = nn.Linear(latent * (2 if classes else 1), ws[0], bias=False)
        self.basis = nn.Parameter(torch.zeros(ws[0], 4, 4))
        self.stages = nn.ModuleList(Up(b, w) for b, w in zip([None] + ws, ws))
        self.output = nn.Conv2d(ws[-1], channels, 1, bias=False)

    def forward(self, z, labels=None):
        if self.embedding is not None:
            z = torch.cat([z, self.embedding(labels)], 1)
        x = self.basis * self.start(z)[:, :, None, None]
        for stage in self.stages:
            x = stage(x)
        return self.output(x)


class Discriminator(nn.Module):
    Stage = Down

    def __init__(self, latent, classes, size, channels, width):
        super().__init__()
        ws = widths(size, width)[::-1]
        self.input = nn.Conv2d(channels, ws[0], 1, bias=False)
        self.stages = nn.ModuleList(self.Stage(w, a) for w, a in zip(ws, ws[1:] + [None]))
        self.basis = nn.Parameter(torch.zeros(ws[-1], 4, 4))
        self.output = nn.Linear(ws[-1], latent if classes else 1, bias=False)
        self.embedding = nn.Embedding(classes, latent) if classes else None

    def forward(self, x, labels=None):
        x = self.input(x)
        for stage in self.stages:
            x = stage(x)
        # A depthwise 4×4 convolution of 4×4 pixels.
        x = self.output(F.conv2d(x, self.basis[:, None], groups=x.shape[1]).flatten(1))
        return x[:, 0] if self.embedding is None else (x * self.embedding(labels)).sum(1)


def networks(latent, classes, size, channels, width):
    made = []
    for kind in (Generator, Discriminator):
        network = kind(latent, classes, size, channels, width)
        shapes = fill(network)
        made.append((network.double(), shapes))
    return made


def listed(shapes):
    return ' '.join(f'{n}:{"x".join(map(str, s))}' for n, s in shapes.items())


def passes(g, case, latent, classes, size, channels, width, count):
    (generator, gs), (discriminator, ds) = networks(latent, classes, size, channels, width)
    sizes = {'latent': latent, 'classes': classes, 'size': size, 'channels': channels, 'width': width}
    labels = (torch.arange(count) + 2) % max(classes, 1)
    for name, network, shapes, value in (
        ('generator', generator, gs, g.normal(count, latent)),
        ('discriminator', discriminator, ds, g.normal(count, channels, size, size)),
    ):
        attributes = sizes | {'state': listed(shapes), 'training': False, 'labels': labels.tolist() if classes else []}
        g.differentiate(f'{case}.{name}', name, attributes, {'input': value},
                        lambda input: network(input, labels if classes else None))


def step(g, case, gamma):
    latent, size, channels, width = 6, 32, 1, 8
    (generator, _), (discriminator, _) = networks(latent, 0, size, channels, width)
    before = {n: {k: v.detach().clone() for k, v in m.named_parameters()}
              for n, m in (('generator', generator), ('discriminator', discriminator))}
    z = g.normal(3, latent).float().double()
    real = torch.tanh(g.normal(3, channels, size, size)).float().double()

    fake = generator(z)
    seen = [real.clone().requires_grad_(True), fake.detach().clone().requires_grad_(True)]
    r, f = (discriminator(x) for x in seen)
    r1, r2 = (torch.autograd.grad(out.sum(), x, create_graph=True)[0].square().sum((1, 2, 3)).mean()
              for out, x in ((r, seen[0]), (f, seen[1])))
    judging = softplus(-(r - f)).mean()
    discriminator.zero_grad()
    (judging + gamma / 2 * (r1 + r2)).backward()
    torch.optim.SGD(discriminator.parameters(), lr=RATE).step()

    making = softplus(-(discriminator(fake) - discriminator(real))).mean()
    generator.zero_grad()
    making.backward()
    torch.optim.SGD(generator.parameters(), lr=RATE).step()

    tensors = {'latents': z, 'real': real, 'loss.discriminator': judging.reshape(1), 'loss.generator': making.reshape(1),
               'r1': r1.reshape(1), 'r2': r2.reshape(1)}
    watched = ('input.weight', 'output.weight', 'basis', 'start.weight', 'stages.1.blocks.1.mix.weight',
               'stages.2.blocks.0.expand.bias', 'stages.3.blocks.0.contract.weight')
    for name, network in (('generator', generator), ('discriminator', discriminator)):
        for key, value in network.named_parameters():
            if key in watched:
                tensors[f'moved.{name}.{key}'] = value.detach() - before[name][key]
    g.add(case, 'step', {'gamma': gamma, 'rate': RATE, 'latent': latent, 'size': size, 'channels': channels,
                         'width': width}, tensors)


def make():
    g = Group('r3gan', 121)
    passes(g, 'small', 6, 0, 32, 3, 8, 1)
    passes(g, 'classes', 5, 3, 64, 1, 24, 1)
    step(g, 'step', 0.3)
    g.write()
