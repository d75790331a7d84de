"""Unary and binary operations, reductions, matrix products and what is built of them."""

import torch
import torch.nn.functional as F

from .group import Group, softplus


def make():
    g = Group('arithmetic', 104)
    wide = torch.tensor([-90.0, -30, -12, -3, -1, -0.5, -1e-3, 1e-3, 0.25, 1, 2, 5, 12, 30, 90])
    bounded, positive = wide[3:12], torch.tensor([1e-4, 0.01, 0.3, 1, 1.5, 4, 20, 300])
    for name, points, attributes, function in [
        ('exp', bounded, {}, torch.exp),
        ('log', positive, {}, torch.log),
        ('sqrt', positive, {}, torch.sqrt),
        ('rsqrt', positive, {}, torch.rsqrt),
        ('square', bounded, {}, torch.square),
        ('reciprocal', bounded, {}, torch.reciprocal),
        ('abs', bounded, {}, torch.abs),
        ('tanh', wide, {}, torch.tanh),
        ('sigmoid', wide, {}, torch.sigmoid),
        ('softplus', wide, {}, softplus),
        ('logSigmoid', wide, {}, lambda x: -softplus(-x)),
        ('relu', wide, {}, F.relu),
        ('leakyRelu', wide, {'slope': 0.2}, lambda x: F.leaky_relu(x, 0.2)),
        ('clamp', wide, {'low': -2.0, 'high': 3.0}, lambda x: x.clamp(-2, 3)),
        ('sin', bounded, {}, torch.sin),
        ('cos', bounded, {}, torch.cos),
    ]:
        g.differentiate(name, name, attributes, {'input': points.double()}, lambda input: function(input))
    g.differentiate(
        'prelu',
        'prelu',
        {},
        {'input': g.normal(2, 3, 4, 2), 'weight': g.uniform(3)},
        lambda input, weight: F.prelu(input, weight),
    )
    for axis in (1, 2):
        g.differentiate(
            f'softmax.{axis}',
            'softmax',
            {'axis': axis},
            {'input': g.normal(2, 4, 3, scale=3)},
            lambda input: F.softmax(input, axis),
        )
        g.differentiate(
            f'logSoftmax.{axis}',
            'logSoftmax',
            {'axis': axis},
            {'input': g.normal(2, 4, 3, scale=3)},
            lambda input: F.log_softmax(input, axis),
        )
    for name, function in [
        ('add', torch.add),
        ('subtract', torch.sub),
        ('multiply', torch.mul),
        ('divide', torch.div),
        ('maximum', torch.maximum),
        ('minimum', torch.minimum),
    ]:
        for form, a, b in [
            ('row', (2, 3, 4), (4,)),
            ('channel', (2, 3, 2, 2), (3, 1, 1)),
            ('both', (3, 1, 2), (1, 4, 1)),
            ('scalar', (2, 3), ()),
        ]:
            second = g.uniform(*b, low=0.5, high=2)
            g.differentiate(
                f'{name}.{form}',
                name,
                {},
                {'input': g.normal(*a), 'other': second},
                lambda input, other: function(input, other),
            )
    for name, a, b in [
        ('plain', (3, 5), (5, 4)),
        ('batched', (2, 3, 4), (2, 4, 5)),
        ('broadcast', (2, 1, 3, 4), (3, 4, 2)),
    ]:
        g.differentiate(
            f'matmul.{name}',
            'matmul',
            {},
            {'input': g.normal(*a), 'other': g.normal(*b)},
            lambda input, other: input @ other,
        )
    g.differentiate(
        'linear.biased',
        'linear',
        {},
        {'input': g.normal(4, 5), 'weight': g.normal(3, 5), 'bias': g.normal(3)},
        lambda input, weight, bias: F.linear(input, weight, bias),
    )
    for name, function in [
        ('sum', lambda x, axes, keep: x.sum(axes, keep)),
        ('mean', lambda x, axes, keep: x.mean(axes, keep)),
        ('variance', lambda x, axes, keep: x.var(axes, correction=0, keepdim=keep)),
        ('sampleVariance', lambda x, axes, keep: x.var(axes, correction=1, keepdim=keep)),
        ('max', lambda x, axes, keep: x.amax(axes, keep)),
    ]:
        for form, axes, keep in [
            ('all', (0, 1, 2, 3), False),
            ('spatial', (2, 3), True),
            ('batch', (0, 2, 3), False),
            ('last', (3,), False),
        ]:
            g.differentiate(
                f'{name}.{form}',
                name,
                {'axes': axes, 'keepAxes': keep},
                {'input': g.normal(3, 2, 3, 4)},
                lambda input: function(input, axes, keep),
            )
    indices = [2, 0, 2, 4, 2]
    g.differentiate(
        'embedding',
        'embedding',
        {'indices': indices},
        {'weight': g.normal(5, 3)},
        lambda weight: F.embedding(torch.tensor(indices), weight),
    )
    labels = [3, 0, 1, 3]
    g.differentiate(
        'crossEntropy',
        'crossEntropy',
        {'labels': labels, 'reduction': 'mean'},
        {'input': g.normal(4, 5, scale=2)},
        lambda input: F.cross_entropy(input, torch.tensor(labels)),
    )
    g.differentiate(
        'binaryCrossEntropyWithLogits',
        'binaryCrossEntropyWithLogits',
        {'reduction': 'mean'},
        {'input': g.normal(6, scale=4), 'target': g.uniform(6)},
        lambda input, target: F.binary_cross_entropy_with_logits(input, target),
    )
    g.write()
