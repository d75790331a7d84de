"""The networks of pix2pix and super-resolution, small: output and gradient with respect to the input."""

import sys

from .drawn_weights import fill
from .group import HERE, Group

sys.path.insert(0, str(HERE.parents[2] / 'Sources/atelier-bench/Peers'))

from networks import translation, upscaling


def add(g, case, network, shape, training=False):
    names = fill(network.double())
    network.train(training)
    listed = ' '.join(f'{name}:{"x".join(map(str, size))}' for name, size in names.items())
    g.differentiate(case, case.split('.')[0], {'training': training, 'state': listed},
                    {'input': g.normal(*shape)}, lambda input: network(input))


def make():
    g = Group('translation', 110)
    t = translation
    add(g, 'unet.batch', t.UNet(2, 1, 5, 2), (1, 2, 32, 32))
    add(g, 'unet.training', t.UNet(1, 3, 4, 3, dropout=False), (2, 1, 16, 16), True)
    add(g, 'unet.instance', t.UNet(1, 2, 5, 2, 'instance', False), (1, 1, 32, 64))
    add(g, 'resnet.instance', t.ResNet(3, 2, 2, 4), (1, 3, 16, 12))
    add(g, 'resnet.batch', t.ResNet(1, 3, 2, 4, 'batch', True), (1, 1, 12, 16))
    add(g, 'patch.1', t.PatchDiscriminator(3, 1, 4), (1, 3, 16, 20))
    add(g, 'patch.3', t.PatchDiscriminator(2, 3, 2), (2, 2, 32, 28), True)
    add(g, 'patch.5', t.PatchDiscriminator(1, 5, 1, 'instance'), (1, 1, 96, 96), True)
    add(g, 'pixel', t.PixelDiscriminator(3, 4), (2, 3, 5, 6), True)
    add(g, 'multiscale', t.MultiScaleDiscriminator(2, 1, 2, 3), (1, 1, 32, 28), True)
    g.write()

    g = Group('upscaling', 111)
    e = upscaling
    add(g, 'srresnet.x4', e.SRResNet(4, 3, 2, 4), (2, 3, 6, 5))
    add(g, 'srresnet.x2', e.SRResNet(2, 1, 2, 4), (2, 1, 6, 5), True)
    for scale in (2, 3, 4):
        add(g, f'msrresnet.x{scale}', e.MSRResNet(scale, 3, 3, 4, 2), (1, 3, 5, 6))
    for scale in (1, 2, 4):
        add(g, f'rrdb.x{scale}', e.RRDBNet(scale, 3, 3, 6, 2, 3), (1, 3, 8, 4))
    add(g, 'srvgg.x4', e.SRVGGNetCompact(4, 3, 3, 4, 3), (1, 3, 6, 5))
    add(g, 'srvgg.x1', e.SRVGGNetCompact(1, 1, 3, 4, 2), (2, 1, 6, 5))
    add(g, 'srgan', e.SRGANDiscriminator(32, 1, 3, 5), (2, 1, 32, 32), True)
    add(g, 'unetDiscriminator', e.UNetDiscriminator(3, 3), (1, 3, 16, 24), True)
    g.write()
