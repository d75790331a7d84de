"""Adversarial losses and gradient penalties, with their gradients."""

import torch
import torch.nn.functional as F

from .group import Group, softplus


def make():
    g = Group('losses', 107)
    sp = softplus
    forms = {
        'minimax': (
            lambda r, f: sp(-r).mean() + sp(f).mean(),
            lambda r, f: -sp(f).mean(),
            'mean softplus(-r) + mean softplus(f)',
            '-mean softplus(f)',
        ),
        'nonSaturating': (
            lambda r, f: sp(-r).mean() + sp(f).mean(),
            lambda r, f: sp(-f).mean(),
            'mean softplus(-r) + mean softplus(f)',
            'mean softplus(-f)',
        ),
        'leastSquares': (
            lambda r, f: ((r - 1) ** 2).mean() / 2 + (f**2).mean() / 2,
            lambda r, f: ((f - 1) ** 2).mean() / 2,
            'mean (r-1)^2 / 2 + mean f^2 / 2',
            'mean (f-1)^2 / 2',
        ),
        'hinge': (
            lambda r, f: F.relu(1 - r).mean() + F.relu(1 + f).mean(),
            lambda r, f: -f.mean(),
            'mean relu(1-r) + mean relu(1+f)',
            '-mean f',
        ),
        'wasserstein': (lambda r, f: f.mean() - r.mean(), lambda r, f: -f.mean(), 'mean f - mean r', '-mean f'),
        'relativisticAverage': (
            lambda r, f: sp(f.mean() - r).mean() + sp(f - r.mean()).mean(),
            lambda r, f: sp(r - f.mean()).mean() + sp(r.mean() - f).mean(),
            'mean softplus(-(r - mean f)) + mean softplus(f - mean r)',
            'mean softplus(r - mean f) + mean softplus(-(f - mean r))',
        ),
    }
    for name, (d, gen, d_formula, g_formula) in forms.items():
        for scale in (1, 12):
            real = g.normal(7, scale=scale).float().double().requires_grad_(True)
            fake = g.normal(7, scale=scale).float().double().requires_grad_(True)
            stored = {'real': real, 'fake': fake}
            for side, function in [('discriminator', d), ('generator', gen)]:
                value = function(real, fake)
                dr, df = torch.autograd.grad(value, [real, fake], allow_unused=True)
                stored[side] = value.reshape(1)
                stored[f'{side}.grad.real'] = torch.zeros_like(real) if dr is None else dr
                stored[f'{side}.grad.fake'] = torch.zeros_like(fake) if df is None else df
            g.add(f'{name}.scale{scale}', name, {'discriminator': d_formula, 'generator': g_formula}, stored)

    for smooth in (True, False):
        act = softplus if smooth else (lambda x: F.leaky_relu(x, 0.2))
        suffix = 'softplus' if smooth else 'leakyRelu'
        w1, b1 = g.normal(3, 1, 4, 4, scale=0.4), g.normal(3, scale=0.2)
        w2 = g.normal(1, 3, 4, 4, scale=0.4)
        weights = [w.float().double().requires_grad_(True) for w in (w1, b1, w2)]
        names = ['conv1.weight', 'conv1.bias', 'conv2.weight']
        net = lambda x: F.conv2d(act(F.conv2d(x, weights[0], weights[1], 2, 1)), weights[2]).flatten()
        real, fake = g.normal(4, 1, 8, 8).float().double(), g.normal(4, 1, 8, 8).float().double()
        mix = g.uniform(4, 1, 1, 1).float().double()

        def weights(at):
            at = at.detach().requires_grad_(True)
            return torch.autograd.grad(net(at).sum(), at, create_graph=True)[0].flatten(1)

        def store(case, operation, formula, penalty, tensors):
            gradients = torch.autograd.grad(penalty, weights, allow_unused=True)
            stored = dict(zip(names, weights)) | tensors | {'value': penalty.reshape(1)}
            stored |= {
                f'grad.{n}': torch.zeros_like(w) if d is None else d for n, w, d in zip(names, weights, gradients)
            }
            g.add(
                f'{case}.{suffix}',
                operation,
                {
                    'formula': formula,
                    'activation': suffix,
                    'network': 'conv k4 s2 p1 (bias), activation, conv k4 s1 p0',
                },
                stored,
            )

        store(
            'r1', 'r1', 'mean over the batch of |dD/dx|^2 at real x', (weights(real) ** 2).sum(1).mean(), {'real': real}
        )
        store(
            'r2', 'r2', 'mean over the batch of |dD/dx|^2 at fake x', (weights(fake) ** 2).sum(1).mean(), {'fake': fake}
        )
        store(
            'wganGP',
            'wganGP',
            'mean over the batch of (|dD/dx| - 1)^2 at x = mix*real + (1-mix)*fake',
            ((weights(mix * real + (1 - mix) * fake).norm(dim=1) - 1) ** 2).mean(),
            {'real': real, 'fake': fake, 'mix': mix},
        )
    g.write()
