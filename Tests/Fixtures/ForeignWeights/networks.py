"""The public networks with the names that their checkpoints have."""

import torch
from torch import nn
from torch.nn import functional


def normalization(kind, statistics):
    """A maker of layers, and whether the convolutions before them have a bias."""
    if kind == 'batch':
        return nn.BatchNorm2d, False
    return lambda channels: nn.InstanceNorm2d(channels, track_running_stats=statistics), True


class Level(nn.Module):
    """One level of the U-Net around the next."""

    def __init__(self, inputs, width, outputs, norm, bias, inner=None, outermost=False):
        super().__init__()
        def down(flag):
            return nn.Conv2d(inputs, width, 4, 2, 1, bias=flag)
        def up(channels, flag):
            return nn.ConvTranspose2d(channels, outputs, 4, 2, 1, bias=flag)
        self.outermost = outermost
        if outermost:
            layers = [down(bias), inner, nn.ReLU(), up(2 * width, True), nn.Tanh()]
        elif inner is None:
            layers = [nn.LeakyReLU(0.2), down(bias), nn.ReLU(), up(width, bias), norm(outputs)]
        else:
            layers = [nn.LeakyReLU(0.2), down(bias), norm(width), inner, nn.ReLU(), up(2 * width, bias), norm(outputs)]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


class UnetGenerator(nn.Module):
    """pix2pix."""

    def __init__(self, inputs, outputs, levels, width, norm='batch', statistics=False):
        super().__init__()
        make, bias = normalization(norm, statistics)
        widths = [width * min(2 ** level, 8) for level in range(levels)]
        level = None
        for index in reversed(range(1, levels)):
            level = Level(widths[index - 1], widths[index], widths[index - 1], make, bias, level)
        self.model = Level(inputs, width, outputs, make, bias, level, outermost=True)

    def forward(self, x):
        return self.model(x)


class ResnetBlock(nn.Module):
    """Two convolutions."""

    def __init__(self, width, norm, bias, dropout):
        super().__init__()
        first = [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias), norm(width), nn.ReLU()]
        middle = [nn.Dropout(0.5)] if dropout else []
        self.conv_block = nn.Sequential(
            *first, *middle, nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias), norm(width))

    def forward(self, x):
        return x + self.conv_block(x)


class ResnetGenerator(nn.Module):
    """CycleGAN."""

    def __init__(self, inputs, outputs, width, blocks, norm='instance', dropout=False, statistics=False):
        super().__init__()
        make, bias = normalization(norm, statistics)
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(inputs, width, 7, bias=bias), make(width), nn.ReLU()]
        for factor in (1, 2):
            layers += [nn.Conv2d(factor * width, 2 * factor * width, 3, 2, 1, bias=bias), make(2 * factor * width),
                       nn.ReLU()]
        layers += [ResnetBlock(4 * width, make, bias, dropout) for _ in range(blocks)]
        for factor in (4, 2):
            layers += [nn.ConvTranspose2d(factor * width, factor * width // 2, 3, 2, 1, 1, bias=bias),
                       make(factor * width // 2), nn.ReLU()]
        self.model = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(width, outputs, 7), nn.Tanh())

    def forward(self, x):
        return self.model(x)


class Dense(nn.Module):
    """Five densely connected convolutions."""

    def __init__(self, features, growth):
        super().__init__()
        for step in range(1, 6):
            inputs, outputs = features + (step - 1) * growth, features if step == 5 else growth
            setattr(self, f'conv{step}', nn.Conv2d(inputs, outputs, 3, 1, 1))

    def forward(self, x):
        known = x
        for conv in (self.conv1, self.conv2, self.conv3, self.conv4):
            known = torch.cat([known, functional.leaky_relu(conv(known), 0.2)], 1)
        return x + 0.2 * self.conv5(known)


class RRDB(nn.Module):
    """Three dense blocks."""

    def __init__(self, features, growth):
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (Dense(features, growth) for _ in range(3))

    def forward(self, x):
        return x + 0.2 * self.rdb3(self.rdb2(self.rdb1(x)))


class RRDBNet(nn.Module):
    """ESRGAN, Real-ESRGAN."""

    def __init__(self, inputs, outputs, scale, features, blocks, growth):
        super().__init__()
        self.fold = 4 // scale
        self.conv_first = nn.Conv2d(inputs * self.fold ** 2, features, 3, 1, 1)
        self.body = nn.Sequential(*(RRDB(features, growth) for _ in range(blocks)))
        for name in ('conv_body', 'conv_up1', 'conv_up2', 'conv_hr'):
            setattr(self, name, nn.Conv2d(features, features, 3, 1, 1))
        self.conv_last = nn.Conv2d(features, outputs, 3, 1, 1)

    def forward(self, x):
        x = self.conv_first(functional.pixel_unshuffle(x, self.fold))
        x = x + self.conv_body(self.body(x))
        for conv in (self.conv_up1, self.conv_up2):
            x = functional.leaky_relu(conv(functional.interpolate(x, scale_factor=2, mode='nearest')), 0.2)
        return self.conv_last(functional.leaky_relu(self.conv_hr(x), 0.2))


class SRVGGNetCompact(nn.Module):
    """Real-ESRGAN's compact network."""

    def __init__(self, inputs, outputs, features, convolutions, scale):
        super().__init__()
        self.scale = scale
        self.body = nn.ModuleList([nn.Conv2d(inputs, features, 3, 1, 1), nn.PReLU(features)])
        for _ in range(convolutions):
            self.body.extend([nn.Conv2d(features, features, 3, 1, 1), nn.PReLU(features)])
        self.body.append(nn.Conv2d(features, outputs * scale ** 2, 3, 1, 1))

    def forward(self, x):
        y = x
        for layer in self.body:
            y = layer(y)
        return functional.pixel_shuffle(y, self.scale) + functional.interpolate(x, scale_factor=self.scale)


class Residual(nn.Module):
    """Two convolutions without normalization."""

    def __init__(self, features):
        super().__init__()
        self.conv1, self.conv2 = (nn.Conv2d(features, features, 3, 1, 1) for _ in range(2))

    def forward(self, x):
        return x + self.conv2(functional.relu(self.conv1(x)))


class MSRResNet(nn.Module):
    """ESRGAN's baseline."""

    def __init__(self, inputs, outputs, features, blocks, scale):
        super().__init__()
        self.scale = scale
        self.conv_first = nn.Conv2d(inputs, features, 3, 1, 1)
        self.body = nn.Sequential(*(Residual(features) for _ in range(blocks)))
        self.upconv1 = nn.Conv2d(features, features * (9 if scale == 3 else 4), 3, 1, 1)
        if scale == 4:
            self.upconv2 = nn.Conv2d(features, features * 4, 3, 1, 1)
        self.conv_hr = nn.Conv2d(features, features, 3, 1, 1)
        self.conv_last = nn.Conv2d(features, outputs, 3, 1, 1)

    def forward(self, x):
        y = self.body(functional.leaky_relu(self.conv_first(x), 0.1))
        y = functional.leaky_relu(functional.pixel_shuffle(self.upconv1(y), 3 if self.scale == 3 else 2), 0.1)
        if self.scale == 4:
            y = functional.leaky_relu(functional.pixel_shuffle(self.upconv2(y), 2), 0.1)
        y = self.conv_last(functional.leaky_relu(self.conv_hr(y), 0.1))
        return y + functional.interpolate(x, scale_factor=self.scale, mode='bilinear')
