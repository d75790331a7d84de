"""Pooling, interpolation, pixel shuffle and padding."""

import torch.nn.functional as F

from .group import Group


def make():
    g = Group('resampling', 103)
    for name, kernel, stride, padding in [
        ('two', 2, 2, 0),
        ('three', 3, 2, 1),
        ('overlap', 3, 1, 0),
    ]:
        g.differentiate(
            f'averagePool.{name}',
            'averagePool',
            {'kernel': kernel, 'stride': stride, 'padding': padding},
            {'input': g.normal(2, 2, 7, 6)},
            lambda input: F.avg_pool2d(input, kernel, stride, padding),
        )
    for name, kernel, stride, padding in [('two', 2, 2, 0), ('three', 3, 2, 1), ('overlap', 3, 1, 0)]:
        g.differentiate(
            f'maxPool.{name}',
            'maxPool',
            {'kernel': kernel, 'stride': stride, 'padding': padding},
            {'input': g.normal(2, 2, 7, 6)},
            lambda input: F.max_pool2d(input, kernel, stride, padding),
        )
    for mode, name, source, target, antialias in [
        ('nearest', 'double', (4, 5), (8, 10), False),
        ('nearest', 'triple', (3, 2), (9, 6), False),
        ('nearest', 'half', (6, 8), (3, 4), False),
        ('nearest', 'odd', (5, 4), (7, 9), False),
        ('bilinear', 'double', (4, 5), (8, 10), False),
        ('bilinear', 'odd', (5, 4), (7, 9), False),
        ('bilinear', 'down', (9, 8), (4, 5), False),
        ('bilinear', 'downAntialiased', (11, 12), (4, 5), True),
        ('bilinear', 'upAntialiased', (4, 5), (7, 8), True),
        ('bicubic', 'double', (5, 4), (10, 8), False),
        ('bicubic', 'odd', (5, 6), (8, 7), False),
        ('bicubic', 'down', (9, 10), (4, 5), False),
        ('bicubic', 'downAntialiased', (13, 12), (4, 5), True),
        ('bicubic', 'quarterAntialiased', (12, 8), (3, 2), True),
        ('bicubic', 'upAntialiased', (4, 5), (7, 10), True),
    ]:
        options = {} if mode == 'nearest' else {'align_corners': False, 'antialias': antialias}
        g.differentiate(
            f'interpolate.{mode}.{name}',
            'interpolate',
            {'mode': mode, 'size': target, 'alignCorners': False, 'antialias': antialias},
            {'input': g.normal(1, 2, *source)},
            lambda input: F.interpolate(input, size=target, mode=mode, **options),
        )
    for factor in (2, 3):
        g.differentiate(
            f'pixelShuffle.{factor}',
            'pixelShuffle',
            {'factor': factor},
            {'input': g.normal(2, 2 * factor * factor, 3, 2)},
            lambda input: F.pixel_shuffle(input, factor),
        )
        g.differentiate(
            f'pixelUnshuffle.{factor}',
            'pixelUnshuffle',
            {'factor': factor},
            {'input': g.normal(2, 2, 2 * factor, 3 * factor)},
            lambda input: F.pixel_unshuffle(input, factor),
        )
    for mode in ('constant', 'reflect', 'replicate'):
        for name, (left, right, top, bottom) in [('even', (1, 1, 1, 1)), ('uneven', (2, 1, 0, 3))]:
            g.differentiate(
                f'pad.{mode}.{name}',
                'pad',
                {'mode': mode, 'left': left, 'right': right, 'top': top, 'bottom': bottom},
                {'input': g.normal(1, 2, 5, 4)},
                lambda input: F.pad(input, (left, right, top, bottom), mode=mode),
            )
    g.write()
