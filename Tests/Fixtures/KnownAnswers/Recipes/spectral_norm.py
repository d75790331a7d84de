"""Three power iterations of spectral normalization from a given start, and its gradient."""

import torch
import torch.nn.functional as F
from torch import nn

from .group import Group


def make():
    g = Group('spectralNorm', 109)
    for case, dim, make, shape in [
        ('spectralNorm.linear', 0, lambda: nn.Linear(6, 4, False), (4, 6)),
        ('spectralNorm.conv2d', 0, lambda: nn.Conv2d(3, 4, 3, bias=False), (4, 3, 3, 3)),
        ('spectralNorm.convTranspose2d', 1, lambda: nn.ConvTranspose2d(3, 4, 3, bias=False), (3, 4, 3, 3)),
    ]:
        weight, u = g.normal(*shape).float().double(), F.normalize(g.normal(shape[dim]), dim=0).float().double()
        cotangent = g.normal(*shape).float().double()
        layer = make().double()
        layer.weight.data.copy_(weight)
        layer = nn.utils.spectral_norm(layer, n_power_iterations=1, dim=dim)
        layer.weight_u.copy_(u)
        stored = {'weight': weight, 'u': u, 'cotangent': cotangent}
        matrix = weight.movedim(dim, 0).flatten(1)
        x = torch.zeros(1, 6) if len(shape) == 2 else torch.zeros(1, 3, 3, 3)
        for step in range(1, 4):
            layer(x.double())
            stored[f'u{step}'] = layer.weight_u.clone()
            stored[f'normalized{step}'] = layer.weight
            stored[f'sigma{step}'] = (layer.weight_u @ matrix @ layer.weight_v).reshape(1)
        stored['grad.weight'] = torch.autograd.grad((layer.weight * cotangent).sum(), layer.weight_orig)[0]
        # One power iteration per training pass; the gradient is the third pass's, with u and v held constant.
        g.add(case, 'spectralNorm', {'rowAxis': dim, 'epsilon': 1e-12}, stored)
    g.write()
