"""Frechet distance, and improved precision and recall."""

import numpy as np
import scipy.linalg
import torch

from .group import Group


def make():
    g = Group('distances', 108)

    def frechet(a, b):
        ma, mb, ca, cb = a.mean(0), b.mean(0), np.cov(a, rowvar=False), np.cov(b, rowvar=False)
        root = scipy.linalg.sqrtm(ca @ cb)
        return float(((ma - mb) ** 2).sum() + np.trace(ca + cb) - 2 * np.trace(np.real(root)))

    for name, n, m, d, shift in [('near', 80, 70, 5, 0.2), ('far', 60, 70, 6, 2.0), ('deficient', 6, 7, 8, 0.5)]:
        mixing = g.normal(d, d)
        a = (g.normal(n, d) @ mixing).float().double()
        b = (g.normal(m, d) @ (mixing + 0.3 * g.normal(d, d)) + shift).float().double()
        value = frechet(a.numpy(), b.numpy())
        # Covariances divide by n - 1. `deficient` has fewer points than dimensions: both covariances are singular.
        g.add(
            f'frechet.{name}', 'frechet', {'distance': value}, {'real': a, 'fake': b, 'distance': torch.tensor([value])}
        )

    def manifold(points, k):
        d = torch.cdist(points, points, compute_mode='donot_use_mm_for_euclid_dist')
        return d.sort(1).values[:, k]  # column 0 is the point itself

    for name, n, m, d, shift, spread in [
        ('overlap', 60, 50, 3, 0.5, 1.0),
        ('collapsed', 60, 60, 3, 0.0, 0.2),
        ('apart', 40, 40, 4, 6.0, 1.0),
    ]:
        a, b = g.normal(n, d).float().double(), (g.normal(m, d) * spread + shift).float().double()
        ra, rb = manifold(a, 3), manifold(b, 3)
        across = torch.cdist(a, b, compute_mode='donot_use_mm_for_euclid_dist')
        precision = float((across <= ra[:, None]).any(0).double().mean())
        recall = float((across <= rb[None, :]).any(1).double().mean())
        # A radius is the distance to the third nearest other point of the same set (Kynkäänniemi et al. 2019).
        g.add(
            f'precisionRecall.{name}',
            'precisionRecall',
            {'k': 3, 'precision': precision, 'recall': recall},
            {'real': a, 'fake': b, 'realRadii': ra, 'fakeRadii': rb},
        )
    g.write()
