"""Five updates of each optimizer on a quadratic."""

import torch

from .group import Group


def make():
    g = Group('optimizers', 105)
    for case, operation, attributes, make in [
        ('sgd', 'sgd', {'learningRate': 0.1}, lambda p: torch.optim.SGD(p, 0.1)),
        ('sgd.momentum', 'sgd', {'learningRate': 0.1, 'momentum': 0.9}, lambda p: torch.optim.SGD(p, 0.1, 0.9)),
        (
            'sgd.nesterov',
            'sgd',
            {'learningRate': 0.1, 'momentum': 0.9, 'nesterov': True},
            lambda p: torch.optim.SGD(p, 0.1, 0.9, nesterov=True),
        ),
        (
            'sgd.decay',
            'sgd',
            {'learningRate': 0.1, 'momentum': 0.5, 'weightDecay': 0.05},
            lambda p: torch.optim.SGD(p, 0.1, 0.5, weight_decay=0.05),
        ),
        (
            'rmsprop',
            'rmsprop',
            {'learningRate': 0.01, 'alpha': 0.99, 'epsilon': 1e-8},
            lambda p: torch.optim.RMSprop(p, 0.01),
        ),
        (
            'rmsprop.fast',
            'rmsprop',
            {'learningRate': 0.02, 'alpha': 0.9, 'epsilon': 1e-6},
            lambda p: torch.optim.RMSprop(p, 0.02, 0.9, 1e-6),
        ),
        (
            'adam',
            'adam',
            {'learningRate': 0.05, 'beta1': 0.9, 'beta2': 0.999, 'epsilon': 1e-8},
            lambda p: torch.optim.Adam(p, 0.05),
        ),
        (
            'adam.gan',
            'adam',
            {'learningRate': 2e-2, 'beta1': 0.5, 'beta2': 0.999, 'epsilon': 1e-8},
            lambda p: torch.optim.Adam(p, 2e-2, (0.5, 0.999)),
        ),
        (
            'adam.noMomentum',
            'adam',
            {'learningRate': 1e-2, 'beta1': 0.0, 'beta2': 0.99, 'epsilon': 1e-8},
            lambda p: torch.optim.Adam(p, 1e-2, (0.0, 0.99)),
        ),
        (
            'adam.decay',
            'adam',
            {'learningRate': 0.05, 'beta1': 0.9, 'beta2': 0.999, 'epsilon': 1e-8, 'weightDecay': 0.1},
            lambda p: torch.optim.Adam(p, 0.05, weight_decay=0.1),
        ),
        (
            'adamw',
            'adamw',
            {'learningRate': 0.05, 'beta1': 0.9, 'beta2': 0.999, 'epsilon': 1e-8, 'weightDecay': 0.1},
            lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.1),
        ),
    ]:
        curvature, target = g.uniform(5, low=0.2, high=3), g.normal(5)
        start = g.normal(5)
        p = start.clone().requires_grad_(True)
        optimizer, stored = make([p]), {'curvature': curvature, 'target': target, 'start': start}
        for step in range(1, 6):
            optimizer.zero_grad()
            (0.5 * curvature * (p - target) ** 2).sum().backward()
            optimizer.step()
            stored[f'step{step}'] = p.detach().clone()
        # The loss is sum(curvature * (p - target)^2) / 2.
        g.add(case, operation, attributes, stored)
    g.write()
