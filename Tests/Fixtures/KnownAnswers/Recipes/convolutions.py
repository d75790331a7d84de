"""Convolution and transposed convolution, with the gradients of input, weight and bias."""

import torch.nn.functional as F

from .group import Group


def make():
    g = Group('convolutions', 101)
    # name, input, output channels, kernel, stride, padding, dilation, groups, bias
    for name, shape, out, kernel, stride, padding, dilation, groups, bias in [
        ('same3x3', (2, 3, 7, 6), 4, (3, 3), (1, 1), (1, 1), (1, 1), 1, True),
        ('half4x4', (2, 3, 8, 8), 5, (4, 4), (2, 2), (1, 1), (1, 1), 1, False),
        ('half4x4odd', (1, 2, 9, 7), 3, (4, 4), (2, 2), (1, 1), (1, 1), 1, True),
        ('point', (2, 4, 5, 5), 3, (1, 1), (1, 1), (0, 0), (1, 1), 1, True),
        ('valid4x4', (3, 4, 4, 4), 2, (4, 4), (1, 1), (0, 0), (1, 1), 1, True),
        ('seven', (1, 2, 9, 8), 2, (7, 7), (1, 1), (3, 3), (1, 1), 1, False),
        ('stride3', (1, 2, 8, 7), 2, (3, 3), (3, 3), (1, 1), (1, 1), 1, False),
        ('dilated', (1, 2, 8, 7), 3, (3, 3), (1, 1), (2, 2), (2, 2), 1, True),
        ('grouped', (1, 4, 6, 6), 6, (3, 3), (1, 1), (1, 1), (1, 1), 2, True),
        ('depthwise', (2, 4, 7, 7), 4, (3, 3), (2, 2), (1, 1), (1, 1), 4, False),
        ('rectangular', (1, 2, 7, 9), 3, (3, 5), (2, 1), (1, 2), (1, 1), 1, True),
    ]:
        inputs = {'input': g.normal(*shape), 'weight': g.normal(out, shape[1] // groups, *kernel, scale=0.3)}
        if bias:
            inputs['bias'] = g.normal(out)
        attributes = {'stride': stride, 'padding': padding, 'dilation': dilation, 'groups': groups}
        g.differentiate(
            f'conv2d.{name}',
            'conv2d',
            attributes,
            inputs,
            lambda input, weight, bias=None: F.conv2d(input, weight, bias, stride, padding, dilation, groups),
        )
    for name, shape, out, kernel, stride, padding, output_padding, dilation, groups, bias in [
        ('double4x4', (2, 3, 5, 4), 4, 4, 2, 1, 0, 1, 1, True),
        ('double3x3', (2, 3, 4, 5), 2, 3, 2, 1, 1, 1, 1, True),
        ('project4x4', (3, 6, 1, 1), 4, 4, 1, 0, 0, 1, 1, False),
        ('triple5x5', (1, 2, 3, 3), 2, 5, 3, 2, 1, 1, 1, False),
        ('same3x3', (1, 3, 5, 5), 2, 3, 1, 1, 0, 1, 1, True),
        ('dilated', (1, 2, 5, 4), 3, 3, 2, 1, 1, 2, 1, True),
        ('grouped', (1, 4, 4, 4), 6, 4, 2, 1, 0, 1, 2, True),
    ]:
        inputs = {'input': g.normal(*shape), 'weight': g.normal(shape[1], out // groups, kernel, kernel, scale=0.3)}
        if bias:
            inputs['bias'] = g.normal(out)
        attributes = {
            'stride': [stride] * 2,
            'padding': [padding] * 2,
            'outputPadding': [output_padding] * 2,
            'dilation': [dilation] * 2,
            'groups': groups,
        }
        g.differentiate(
            f'convTranspose2d.{name}',
            'convTranspose2d',
            attributes,
            inputs,
            lambda input, weight, bias=None: F.conv_transpose2d(
                input, weight, bias, stride, padding, output_padding, groups, dilation
            ),
        )
    g.write()
