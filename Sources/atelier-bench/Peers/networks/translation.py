"""The networks of pix2pix and CycleGAN, written from the papers, with the parameter names of the public checkpoints."""

import torch
from torch import nn


def norm(kind, channels):
    return nn.BatchNorm2d(channels) if kind == 'batch' else nn.InstanceNorm2d(channels)


def down(inputs, outputs, bias):
    return nn.Conv2d(inputs, outputs, 4, 2, 1, bias=bias)


def up(inputs, outputs, bias):
    return nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=bias)


class UNetLevel(nn.Module):
    """One halving, what lies below it, one doubling; all but the outermost keep their input beside the result."""

    def __init__(self, outer, width, inner=None, kind='batch', dropout=False, outputs=None):
        super().__init__()
        self.outermost = outputs is not None
        bias = kind == 'instance'
        leaky, relu = nn.LeakyReLU(0.2, True), nn.ReLU(True)
        if self.outermost:
            layers = [down(outer, width, bias), inner, relu, up(2 * width, outputs, True), nn.Tanh()]
        elif inner is None:
            layers = [leaky, down(outer, width, bias), relu, up(width, outer, bias), norm(kind, outer)]
        else:
            layers = [leaky, down(outer, width, bias), norm(kind, width), inner]
            layers += [relu, up(2 * width, outer, bias), norm(kind, outer)]
            layers += [nn.Dropout(0.5)] if dropout else []
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        # The leaky relu works in place. The joined image meets a relu next, so that this changes nothing.
        y = self.model(x)
        return y if self.outermost else torch.cat([x, y], 1)


class UNet(nn.Module):
    def __init__(self, inputs=3, outputs=3, levels=8, width=64, kind='batch', dropout=True):
        super().__init__()
        widths = [width * min(2**i, 8) for i in range(levels)]
        level = UNetLevel(widths[-2], widths[-1], kind=kind)
        for i in range(levels - 2, 0, -1):
            level = UNetLevel(widths[i - 1], widths[i], level, kind, dropout and i >= 4)
        self.model = UNetLevel(inputs, width, level, kind, outputs=outputs)

    def forward(self, x):
        return self.model(x)


class ResNetBlock(nn.Module):
    def __init__(self, channels, kind, dropout):
        super().__init__()
        bias = kind == 'instance'
        layers = [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3, bias=bias), norm(kind, channels), nn.ReLU()]
        layers += [nn.Dropout(0.5)] if dropout else []
        layers += [nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3, bias=bias), norm(kind, channels)]
        self.conv_block = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.conv_block(x)


class ResNet(nn.Module):
    def __init__(self, inputs=3, outputs=3, blocks=9, width=64, kind='instance', dropout=False):
        super().__init__()
        bias = kind == 'instance'
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(inputs, width, 7, bias=bias), norm(kind, width), nn.ReLU()]
        for w in (width, 2 * width):
            layers += [nn.Conv2d(w, 2 * w, 3, 2, 1, bias=bias), norm(kind, 2 * w), nn.ReLU()]
        layers += [ResNetBlock(4 * width, kind, dropout) for _ in range(blocks)]
        for w in (2 * width, width):
            layers += [nn.ConvTranspose2d(2 * w, w, 3, 2, 1, output_padding=1, bias=bias), norm(kind, w), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, outputs, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class PatchDiscriminator(nn.Module):
    def __init__(self, inputs=6, halvings=3, width=64, kind='batch'):
        super().__init__()
        layers, w = [down(inputs, width, True), nn.LeakyReLU(0.2, True)], width
        for i in range(1, halvings + 1):
            previous, w = w, width * min(2**i, 8)
            stride = 2 if i < halvings else 1
            layers += [nn.Conv2d(previous, w, 4, stride, 1, bias=kind == 'instance'), norm(kind, w)]
            layers += [nn.LeakyReLU(0.2, True)]
        self.model = nn.Sequential(*layers, nn.Conv2d(w, 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


class PixelDiscriminator(nn.Module):
    def __init__(self, inputs=6, width=64, kind='batch'):
        super().__init__()
        bias = kind == 'instance'
        self.net = nn.Sequential(
            nn.Conv2d(inputs, width, 1),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(width, 2 * width, 1, bias=bias),
            norm(kind, 2 * width),
            nn.LeakyReLU(0.2, True),
            nn.Conv2d(2 * width, 1, 1, bias=bias),
        )

    def forward(self, x):
        return self.net(x)


class MultiScaleDiscriminator(nn.Module):
    """Returns the logits of all scales, each flattened, one after the other."""

    def __init__(self, scales=3, inputs=6, halvings=3, width=64, kind='instance'):
        super().__init__()
        self.discriminators = nn.ModuleList(PatchDiscriminator(inputs, halvings, width, kind) for _ in range(scales))
        self.shrink = nn.AvgPool2d(3, 2, 1, count_include_pad=False)

    def forward(self, x):
        logits = []
        for i, discriminator in enumerate(self.discriminators):
            x = self.shrink(x) if i else x
            logits.append(discriminator(x).flatten())
        return torch.cat(logits)
