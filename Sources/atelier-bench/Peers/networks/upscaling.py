"""The networks of super-resolution, written from the papers, with the parameter names of the public checkpoints."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import spectral_norm


def conv3(inputs, outputs, bias=True, stride=1):
    return nn.Conv2d(inputs, outputs, 3, stride, 1, bias=bias)


class SRResNetBlock(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.conv1, self.norm1 = conv3(features, features, False), nn.BatchNorm2d(features)
        self.activation = nn.PReLU(features)
        self.conv2, self.norm2 = conv3(features, features, False), nn.BatchNorm2d(features)

    def forward(self, x):
        return x + self.norm2(self.conv2(self.activation(self.norm1(self.conv1(x)))))


class SRResNet(nn.Module):
    def __init__(self, scale=4, channels=3, blocks=16, features=64):
        super().__init__()
        self.conv_first, self.activation_first = nn.Conv2d(channels, features, 9, 1, 4), nn.PReLU(features)
        self.body = nn.Sequential(*[SRResNetBlock(features) for _ in range(blocks)])
        self.conv_body, self.norm_body = conv3(features, features, False), nn.BatchNorm2d(features)
        doublings = scale.bit_length() - 1
        self.upsampling = nn.Sequential(
            *[
                layer
                for _ in range(doublings)
                for layer in (conv3(features, 4 * features), nn.PixelShuffle(2), nn.PReLU(features))
            ]
        )
        self.conv_last = nn.Conv2d(features, channels, 9, 1, 4)

    def forward(self, x):
        shallow = self.activation_first(self.conv_first(x))
        return self.conv_last(self.upsampling(shallow + self.norm_body(self.conv_body(self.body(shallow)))))


class MSRResNetBlock(nn.Module):
    def __init__(self, features):
        super().__init__()
        self.conv1, self.conv2 = conv3(features, features), conv3(features, features)

    def forward(self, x):
        return x + self.conv2(F.relu(self.conv1(x), inplace=True))


class MSRResNet(nn.Module):
    def __init__(self, scale=4, inputs=3, outputs=3, features=64, blocks=16):
        super().__init__()
        self.scale, self.step = scale, 3 if scale == 3 else 2
        self.conv_first = conv3(inputs, features)
        self.body = nn.Sequential(*[MSRResNetBlock(features) for _ in range(blocks)])
        self.upconv1 = conv3(features, features * self.step**2)
        if scale == 4:
            self.upconv2 = conv3(features, features * 4)
        self.conv_hr, self.conv_last = conv3(features, features), conv3(features, outputs)

    def forward(self, x):
        h = self.body(F.leaky_relu(self.conv_first(x), 0.1, True))
        h = F.leaky_relu(F.pixel_shuffle(self.upconv1(h), self.step), 0.1, True)
        if self.scale == 4:
            h = F.leaky_relu(F.pixel_shuffle(self.upconv2(h), 2), 0.1, True)
        h = self.conv_last(F.leaky_relu(self.conv_hr(h), 0.1, True))
        return h + F.interpolate(x, scale_factor=self.scale, mode='bilinear', align_corners=False)


class DenseBlock(nn.Module):
    def __init__(self, features, growth):
        super().__init__()
        for i in range(5):
            setattr(self, f'conv{i + 1}', conv3(features + i * growth, growth if i < 4 else features))

    def forward(self, x):
        known = [x]
        for conv in (self.conv1, self.conv2, self.conv3, self.conv4):
            known.append(F.leaky_relu(conv(torch.cat(known, 1)), 0.2, True))
        return self.conv5(torch.cat(known, 1)) * 0.2 + x


class RRDB(nn.Module):
    def __init__(self, features, growth):
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (DenseBlock(features, growth) for _ in range(3))

    def forward(self, x):
        return self.rdb3(self.rdb2(self.rdb1(x))) * 0.2 + x


class RRDBNet(nn.Module):
    def __init__(self, scale=4, inputs=3, outputs=3, features=64, blocks=23, growth=32):
        super().__init__()
        self.fold = 4 // scale
        self.conv_first = conv3(inputs * self.fold**2, features)
        self.body = nn.Sequential(*[RRDB(features, growth) for _ in range(blocks)])
        self.conv_body, self.conv_up1, self.conv_up2 = (conv3(features, features) for _ in range(3))
        self.conv_hr, self.conv_last = conv3(features, features), conv3(features, outputs)

    def forward(self, x):
        shallow = self.conv_first(F.pixel_unshuffle(x, self.fold) if self.fold > 1 else x)
        h = shallow + self.conv_body(self.body(shallow))
        h = F.leaky_relu(self.conv_up1(F.interpolate(h, scale_factor=2, mode='nearest')), 0.2, True)
        h = F.leaky_relu(self.conv_up2(F.interpolate(h, scale_factor=2, mode='nearest')), 0.2, True)
        return self.conv_last(F.leaky_relu(self.conv_hr(h), 0.2, True))


class SRVGGNetCompact(nn.Module):
    def __init__(self, scale=4, inputs=3, outputs=3, features=64, convolutions=16):
        super().__init__()
        self.scale = scale
        layers = [conv3(inputs, features), nn.PReLU(features)]
        for _ in range(convolutions):
            layers += [conv3(features, features), nn.PReLU(features)]
        self.body = nn.Sequential(*layers, conv3(features, outputs * scale**2))

    def forward(self, x):
        return F.pixel_shuffle(self.body(x), self.scale) + F.interpolate(x, scale_factor=self.scale, mode='nearest')


class SRGANDiscriminator(nn.Module):
    def __init__(self, size=96, channels=3, width=64, hidden=1024):
        super().__init__()
        layers, w = [conv3(channels, width), nn.LeakyReLU(0.2, True)], width
        for i in range(1, 8):
            previous, w = w, width * 2 ** (i // 2)
            layers += [conv3(previous, w, False, 1 + i % 2), nn.BatchNorm2d(w), nn.LeakyReLU(0.2, True)]
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(w * (size // 16) ** 2, hidden), nn.LeakyReLU(0.2, True), nn.Linear(hidden, 1)
        )

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1)).flatten()


class UNetDiscriminator(nn.Module):
    def __init__(self, channels=3, width=64):
        super().__init__()
        w = width
        self.conv0 = conv3(channels, w)
        for i in range(3):
            setattr(self, f'conv{i + 1}', spectral_norm(nn.Conv2d(w << i, w << i + 1, 4, 2, 1, bias=False)))
        for i in range(3):
            setattr(self, f'conv{i + 4}', spectral_norm(conv3(w << 3 - i, w << 2 - i, False)))
        self.conv7, self.conv8 = (spectral_norm(conv3(w, w, False)) for _ in range(2))
        self.conv9 = conv3(w, 1)

    def forward(self, x):
        def active(conv, x):
            return F.leaky_relu(conv(x), 0.2, True)

        def doubled(x):
            return F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False)

        full = active(self.conv0, x)
        half = active(self.conv1, full)
        quarter = active(self.conv2, half)
        h = active(self.conv4, doubled(active(self.conv3, quarter))) + quarter
        h = active(self.conv5, doubled(h)) + half
        h = active(self.conv6, doubled(h)) + full
        return self.conv9(active(self.conv8, active(self.conv7, h)))
