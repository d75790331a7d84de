"""StyleGAN2's networks with drawn weights, written from Karras et al. 2019 and 2020: here every image has kernels of its
own, and resampling is zeros, then a two-dimensional filter."""

import math

import torch
from torch import nn
from torch.nn import functional

from .drawn_weights import drawn
from .group import Group

FILTER = torch.outer(torch.tensor([1.0, 3, 3, 1]), torch.tensor([1.0, 3, 3, 1])).double() / 64


def filtered(x, before, after, gain=1.0):
    c = x.shape[1]
    kernel = (FILTER * gain).expand(c, 1, 4, 4)
    return functional.conv2d(functional.pad(x, (before, after, before, after)), kernel, groups=c)


def spread(x):
    n, c, h, w = x.shape
    y = x.new_zeros(n, c, 2 * h, 2 * w)
    y[:, :, ::2, ::2] = x
    return y


def up(x):
    return filtered(spread(x), 2, 1, 4)


def down(x):
    return filtered(x, 1, 1)[:, :, ::2, ::2]


def activated(x, gain=1.0, clamp=0.0):
    y = functional.leaky_relu(x, 0.2) * math.sqrt(2) * gain
    return y.clamp(-clamp * gain, clamp * gain) if clamp else y


def unit(x):
    return x / (x.square().mean(1, keepdim=True) + 1e-8).sqrt()


class Dense(nn.Module):
    def __init__(self, inputs, outputs, rectified=False, rate=1.0):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.zeros(outputs, inputs)), nn.Parameter(torch.zeros(outputs))
        self.rectified, self.rate = rectified, rate

    def forward(self, x):
        y = x @ (self.weight * self.rate / math.sqrt(self.weight.shape[1])).T + self.bias * self.rate
        return activated(y) if self.rectified else y


class Conv(nn.Module):
    def __init__(self, inputs, outputs, kernel, bias=True, rectified=True, resample=None, clamp=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.rectified, self.resample, self.clamp = rectified, resample, clamp

    def forward(self, x, gain=1.0):
        w = self.weight / math.sqrt(self.weight[0].numel())
        k = w.shape[2]
        if self.resample == 'up':
            x = functional.conv2d(up(x), w)
        elif self.resample == 'down':
            # The size is halved behind the filter: a convolution of stride 2 of the filtered image.
            x = functional.conv2d(filtered(x, 1 + k // 2, 1 + k // 2), w, stride=2)
        else:
            x = functional.conv2d(x, w, padding=k // 2)
        if self.bias is not None:
            x = x + self.bias[:, None, None]
        return activated(x, gain, self.clamp) if self.rectified else x * gain


class Mapping(nn.Module):
    def __init__(self, latent, classes, style, depth, average=True):
        super().__init__()
        if classes:
            self.embed = Dense(classes, style)
        for index in range(depth):
            inputs = latent + (style if classes else 0) if index == 0 else style
            self.add_module(f'fc{index}', Dense(inputs, style, True, 0.01))
        if average:
            self.register_buffer('w_avg', torch.zeros(style))
        self.latent, self.classes, self.depth = latent, classes, depth

    def forward(self, z, labels):
        parts = [unit(z)] if self.latent else []
        if self.classes:
            parts.append(unit(self.embed(functional.one_hot(labels, self.classes).double())))
        x = torch.cat(parts, 1)
        for index in range(self.depth):
            x = getattr(self, f'fc{index}')(x)
        return x


def modulated(x, weight, style, demodulate, upward=False):
    kernels = weight[None] * style[:, None, :, None, None]
    if demodulate:
        kernels = kernels / (kernels.square().sum((2, 3, 4), keepdim=True) + 1e-8).sqrt()
    images = []
    for image, kernel in zip(x, kernels):
        if upward:
            # A convolution in the sense of mathematics of the image with zeros between its pixels.
            y = functional.conv2d(spread(image[None]), kernel.flip(2, 3), padding=2)
            images.append(filtered(y[:, :, :-1, :-1], 1, 1, 4))
        else:
            images.append(functional.conv2d(image[None], kernel, padding=kernel.shape[-1] // 2))
    return torch.cat(images)


class Layer(nn.Module):
    def __init__(self, inputs, outputs, style, height, width, upward, clamp):
        super().__init__()
        self.affine = Dense(style, inputs)
        self.weight = nn.Parameter(torch.zeros(outputs, inputs, 3, 3))
        self.register_buffer('noise_const', torch.zeros(height, width))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.upward, self.clamp = upward, clamp

    def forward(self, x, w, noise, gain=1.0):
        y = modulated(x, self.weight, self.affine(w), True, self.upward)
        y = y + self.noise_const * self.noise_strength * noise + self.bias[:, None, None]
        return activated(y, gain, self.clamp)


class ToRGB(nn.Module):
    def __init__(self, inputs, channels, style, clamp):
        super().__init__()
        self.affine = Dense(style, inputs)
        self.weight = nn.Parameter(torch.zeros(channels, inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.clamp = clamp

    def forward(self, x, w):
        style = self.affine(w) / math.sqrt(self.weight.shape[1])
        y = modulated(x, self.weight, style, False) + self.bias[:, None, None]
        return y.clamp(-self.clamp, self.clamp) if self.clamp else y


class Block(nn.Module):
    def __init__(self, inputs, outputs, channels, style, height, width, form, last, clamp):
        super().__init__()
        if inputs:
            self.conv0 = Layer(inputs, outputs, style, height, width, True, clamp)
            if form == 'resnet':
                self.skip = Conv(inputs, outputs, 1, False, False, 'up')
        else:
            self.const = nn.Parameter(torch.zeros(outputs, height, width))
        self.conv1 = Layer(outputs, outputs, style, height, width, False, clamp)
        if last or form == 'skip':
            self.torgb = ToRGB(outputs, channels, style, clamp)

    def forward(self, x, image, ws, noise):
        if hasattr(self, 'const'):
            x = self.conv1(self.const.expand(len(ws), *self.const.shape), ws[:, 0], noise)
        elif hasattr(self, 'skip'):
            y = self.skip(x, math.sqrt(0.5))
            x = y + self.conv1(self.conv0(x, ws[:, 0], noise), ws[:, 1], noise, math.sqrt(0.5))
        else:
            x = self.conv1(self.conv0(x, ws[:, 0], noise), ws[:, 1], noise)
        if image is not None:
            image = up(image)
        if hasattr(self, 'torgb'):
            own = self.torgb(x, ws[:, 1 if hasattr(self, 'const') else 2])
            image = own if image is None else image + own
        return x, image


class Synthesis(nn.Module):
    def __init__(self, widths, start, channels, style, form, clamp):
        super().__init__()
        self.names, inputs = [], None
        for index, width in enumerate(widths):
            self.names.append(f'b{4 << index}')
            block = Block(
                inputs, width, channels, style, start[0] << index, start[1] << index, form,
                index == len(widths) - 1, clamp)
            self.add_module(self.names[-1], block)
            inputs = width

    def forward(self, ws, noise):
        x = image = None
        first = 0
        for name in self.names:
            block = getattr(self, name)
            x, image = block(x, image, ws[:, first:], noise)
            first += 1 if hasattr(block, 'const') else 2
        return image


class Generator(nn.Module):
    def __init__(self, latent, classes, style, depth, widths, start, channels, form='skip', clamp=0.0):
        super().__init__()
        self.mapping = Mapping(latent, classes, style, depth)
        self.synthesis = Synthesis(widths, start, channels, style, form, clamp)
        self.count = 2 * len(widths)

    def styles(self, z, labels, psi=1.0, cutoff=None):
        w = self.mapping(z, labels)[:, None].repeat(1, self.count, 1)
        cutoff = self.count if cutoff is None else cutoff
        moved = self.mapping.w_avg + psi * (w - self.mapping.w_avg)
        return torch.cat([moved[:, :cutoff], w[:, cutoff:]], 1)

    def forward(self, z, labels, psi=1.0, cutoff=None, noise=1.0):
        return self.synthesis(self.styles(z, labels, psi, cutoff), noise)


class DownBlock(nn.Module):
    def __init__(self, inputs, outputs, channels, form, first, clamp):
        super().__init__()
        if first or form == 'skip':
            self.fromrgb = Conv(channels, inputs, 1, clamp=clamp)
        self.conv0 = Conv(inputs, inputs, 3, clamp=clamp)
        self.conv1 = Conv(inputs, outputs, 3, resample='down', clamp=clamp)
        if form == 'resnet':
            self.skip = Conv(inputs, outputs, 1, False, False, 'down')
        self.form = form

    def forward(self, x, image):
        if hasattr(self, 'fromrgb'):
            y = self.fromrgb(image)
            x = y if x is None else x + y
        if self.form == 'resnet':
            x = self.skip(x, math.sqrt(0.5)) + self.conv1(self.conv0(x), math.sqrt(0.5))
        else:
            x = self.conv1(self.conv0(x))
        return x, down(image) if self.form == 'skip' else None


class Epilogue(nn.Module):
    def __init__(self, inputs, outputs, channels, pixels, form, clamp):
        super().__init__()
        if form == 'skip':
            self.fromrgb = Conv(channels, inputs, 1, clamp=clamp)
        self.conv = Conv(inputs + 1, inputs, 3, clamp=clamp)
        self.fc = Dense(inputs * pixels, inputs, True)
        self.out = Dense(inputs, outputs)

    def forward(self, x, image):
        if hasattr(self, 'fromrgb'):
            x = x + self.fromrgb(image)
        n, c, h, w = x.shape
        group = min(4, n)
        groups = x.reshape(group, n // group, c, h, w)
        deviation = ((groups - groups.mean(0)).square().mean(0) + 1e-8).sqrt().mean((1, 2, 3))
        x = torch.cat([x, deviation.repeat(group)[:, None, None, None].expand(n, 1, h, w)], 1)
        return self.out(self.fc(self.conv(x).flatten(1)))


class Discriminator(nn.Module):
    def __init__(self, classes, depth, widths, start, channels, form='resnet', clamp=0.0):
        super().__init__()
        self.names = []
        for index in reversed(range(1, len(widths))):
            self.names.append(f'b{4 << index}')
            block = DownBlock(
                widths[index], widths[index - 1], channels, form, index == len(widths) - 1, clamp)
            self.add_module(self.names[-1], block)
        width = widths[0]
        self.b4 = Epilogue(width, width if classes else 1, channels, start[0] * start[1], form, clamp)
        if classes:
            self.mapping = Mapping(0, classes, width, depth, False)

    def forward(self, image, labels):
        x, seen = None, image
        for name in self.names:
            x, seen = getattr(self, name)(x, seen)
        y = self.b4(x, seen)
        if hasattr(self, 'mapping'):
            vector = self.mapping(None, labels)
            y = (y * vector).sum(1, keepdim=True) / math.sqrt(vector.shape[1])
        return y[:, 0]


def fill(network):
    """Like the drawn weights of other networks, but a mapping network's weights are a hundred times as large."""
    shapes = {}
    state = network.state_dict()
    for name, value in state.items():
        shapes[name] = tuple(value.shape)
        value.copy_(drawn(name, shapes[name]) * (100 if 'mapping.fc' in name else 1))
    network.load_state_dict(state)
    return ' '.join(f'{name}:{"x".join(map(str, shape))}' for name, shape in shapes.items())


# Channels: base divided by 4, 8, 16, …, at most the limit.
CASES = [
    # name, classes, base, limit, start, levels, channels, G's form, D's form, clamp
    ('square', 0, 48, 6, (4, 4), 2, 3, 'skip', 'resnet', 0.0),
    ('classes', 3, 48, 6, (4, 4), 3, 1, 'skip', 'resnet', 0.0),
    ('wide', 0, 40, 6, (4, 8), 2, 4, 'skip', 'resnet', 0.0),
    ('residual', 0, 48, 6, (4, 4), 3, 1, 'resnet', 'skip', 0.4),
    ('original', 2, 48, 6, (8, 4), 2, 2, 'orig', 'orig', 0.4),
]
LATENT, STYLE, DEPTH = 6, 7, 2


def make():
    g = Group('styleNetworks', 131)
    for name, classes, base, limit, start, levels, channels, form, d_form, clamp in CASES:
        widths = [min(base // (4 << index), limit) for index in range(levels)]
        sizes = {
            'classes': classes, 'base': base, 'limit': limit, 'start': list(start), 'levels': levels,
            'channels': channels, 'clamp': clamp,
        }
        generator = Generator(LATENT, classes, STYLE, DEPTH, widths, start, channels, form, clamp)
        state = fill(generator)
        generator = generator.double()
        z = g.normal(4, LATENT).float().double().requires_grad_(True)
        labels = torch.tensor([0, 2, 1, 0]) % max(classes, 1)
        image = generator(z, labels)
        cotangent = g.normal(*image.shape).float().double()
        (gradient,) = torch.autograd.grad((image * cotangent).sum(), z)
        tensors = {'input': z, 'output': image, 'cotangent': cotangent, 'grad.input': gradient}
        tensors['labels'] = labels
        if name in ('square', 'classes'):
            # Without noise, and truncated in the first three layers; and path lengths with their gradient.
            tensors['truncated'] = generator(z, labels, 0.6, 3, 0.0)
            ws = generator.styles(z, labels)
            made = generator.synthesis(ws, 1.0)
            noise = g.normal(*made.shape).float().double() / math.sqrt(made.shape[2] * made.shape[3])
            (slopes,) = torch.autograd.grad((made * noise).sum(), ws, create_graph=True)
            lengths = slopes.square().sum(2).mean(1).sqrt()
            mean = 0.3 + 0.01 * (lengths.mean() - 0.3)
            penalty = (lengths - mean).square().mean() * 2
            const = generator.synthesis.b4.const
            tensors |= {'noise': noise, 'lengths': lengths, 'mean': mean.reshape(1), 'penalty': penalty.reshape(1)}
            (tensors['grad.const'],) = torch.autograd.grad(penalty, const)
        g.add(f'{name}.generator', 'generator', sizes | {'form': form, 'state': state, 'training': False}, tensors)

        discriminator = Discriminator(classes, DEPTH, widths, start, channels, d_form, clamp)
        state = fill(discriminator)
        discriminator = discriminator.double()
        real = g.normal(4, *image.shape[1:]).float().double().requires_grad_(True)
        logits = discriminator(real, labels)
        cotangent = g.normal(4).float().double()
        (gradient,) = torch.autograd.grad((logits * cotangent).sum(), real, retain_graph=True)
        (slopes,) = torch.autograd.grad(logits.sum(), real, create_graph=True)
        penalty = slopes.square().sum((1, 2, 3)).mean() * 0.5
        tensors = {'input': real, 'output': logits, 'cotangent': cotangent, 'grad.input': gradient, 'labels': labels}
        tensors['penalty'] = penalty.reshape(1)
        (tensors['grad.weight'],) = torch.autograd.grad(penalty, discriminator.b4.conv.weight)
        g.add(
            f'{name}.discriminator', 'discriminator', sizes | {'form': d_form, 'state': state, 'training': False},
            tensors)
    g.write()
