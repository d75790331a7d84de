"""LPIPS by its authors' package, with networks of few channels and drawn weights."""

import lpips
import torch
from lpips import pretrained_networks
from torch import nn

from .group import Group


def alexnet(channels):
    a, b, c, d, e = channels
    return nn.Sequential(
        *[nn.Conv2d(3, a, 11, stride=4, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)],
        *[nn.Conv2d(a, b, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)],
        *[nn.Conv2d(b, c, 3, padding=1), nn.ReLU(), nn.Conv2d(c, d, 3, padding=1), nn.ReLU()],
        *[nn.Conv2d(d, e, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2)],
    )


def vgg16(channels):
    layers, before = [], 3
    for width, count in zip(channels, (2, 2, 3, 3, 3)):
        for _ in range(count):
            layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU()]
            before = width
        layers.append(nn.MaxPool2d(2, 2))
    return nn.Sequential(*layers)


class Torchvision:
    """What the package takes from torchvision, with other widths."""

    def __init__(self, features):
        self.features = features

    def alexnet(self, pretrained):
        return self

    vgg16 = alexnet


def make():
    g = Group('perception', 116)
    for net, features, channels, height, width in [
        ('alex', alexnet, (4, 6, 8, 6, 5), 33, 47),
        ('vgg', vgg16, (3, 4, 6, 5, 4), 21, 18),
    ]:
        pretrained_networks.tv = Torchvision(features(channels))
        model = lpips.LPIPS(net=net, pretrained=False, pnet_rand=True, verbose=False)
        model.lins = nn.ModuleList(lpips.NetLinLayer(c, use_dropout=True) for c in channels)
        for place, lin in enumerate(model.lins):
            setattr(model, f'lin{place}', lin)
        state = model.eval().double().state_dict()
        for name, value in state.items():
            if name.startswith('net.'):
                value.copy_(g.normal(*value.shape, scale=0.05 if value.dim() == 1 else (2 / value[0].numel()) ** 0.5))
            if name.startswith('lin'):
                value.copy_(g.uniform(*value.shape))
            value.copy_(value.float())
        a = (127 + 60 * g.normal(3, height, width)).clamp(0, 255).round()
        b = (a + 25 * g.normal(3, height, width)).clamp(0, 255).round()
        with torch.no_grad():
            distance = model(a[None] / 255, b[None] / 255, normalize=True).item()
        # The package names the last layers twice.
        weights = {f'state.{name}': value for name, value in state.items() if not name.startswith('lins.')}
        g.add(net, 'perception', {'distance': distance}, {'a': a, 'b': b} | weights)
    g.write()
