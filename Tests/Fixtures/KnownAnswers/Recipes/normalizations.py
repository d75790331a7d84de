"""Batch, instance, layer and group normalization."""

import torch.nn.functional as F

from .group import Group


def make():
    g = Group('normalizations', 102)

    def batch_norm(case, shape, training, affine, momentum=0.1, eps=1e-5):
        c = shape[1]
        mean, variance = g.normal(c, scale=0.5).float().double(), g.uniform(c, low=0.5, high=2).float().double()
        after_mean, after_variance = mean.clone(), variance.clone()
        inputs = {'input': g.normal(*shape, scale=2) + 0.5}
        if affine:
            inputs |= {'weight': g.normal(c) + 1, 'bias': g.normal(c)}

        def run(input, weight=None, bias=None):
            return F.batch_norm(input, after_mean, after_variance, weight, bias, training, momentum, eps)

        g.differentiate(
            case,
            'batchNorm',
            {'training': training, 'momentum': momentum, 'epsilon': eps},
            inputs,
            run,
            lambda: {
                'runningMean': mean,
                'runningVariance': variance,
                'runningMeanAfter': after_mean,
                'runningVarianceAfter': after_variance,
            },
        )

    batch_norm('batchNorm.train', (4, 3, 5, 4), True, True)
    batch_norm('batchNorm.trainPlain', (3, 2, 4, 4), True, False)
    batch_norm('batchNorm.trainMatrix', (8, 5), True, True)
    batch_norm('batchNorm.trainMomentum', (2, 3, 4, 4), True, True, momentum=0.3, eps=1e-3)
    batch_norm('batchNorm.inference', (4, 3, 5, 4), False, True)

    shape = (3, 4, 5, 6)
    g.differentiate(
        'instanceNorm.plain',
        'instanceNorm',
        {'epsilon': 1e-5},
        {'input': g.normal(*shape)},
        lambda input: F.instance_norm(input, eps=1e-5),
    )
    g.differentiate(
        'instanceNorm.affine',
        'instanceNorm',
        {'epsilon': 1e-5},
        {'input': g.normal(*shape), 'weight': g.normal(4), 'bias': g.normal(4)},
        lambda input, weight, bias: F.instance_norm(input, weight=weight, bias=bias, eps=1e-5),
    )
    for name, shape, axes in [
        ('last', (4, 7), (7,)),
        ('lastOfThree', (2, 3, 6), (6,)),
        ('image', (3, 2, 4, 4), (2, 4, 4)),
    ]:
        g.differentiate(
            f'layerNorm.{name}',
            'layerNorm',
            {'normalizedShape': axes, 'epsilon': 1e-5},
            {'input': g.normal(*shape), 'weight': g.normal(*axes), 'bias': g.normal(*axes)},
            lambda input, weight, bias: F.layer_norm(input, axes, weight, bias, 1e-5),
        )
    for name, groups in [('two', 2), ('one', 1), ('each', 6)]:
        g.differentiate(
            f'groupNorm.{name}',
            'groupNorm',
            {'groups': groups, 'epsilon': 1e-5},
            {'input': g.normal(2, 6, 4, 3), 'weight': g.normal(6), 'bias': g.normal(6)},
            lambda input, weight, bias: F.group_norm(input, groups, weight, bias, 1e-5),
        )
    g.write()
