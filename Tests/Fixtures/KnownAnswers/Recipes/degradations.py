"""How small images are made of large ones: MATLAB's imresize, plain interpolation, and blur kernels."""

import math

import numpy as np
import scipy.special
import torch
import torch.nn.functional as F

from .group import Group


def cubic(x):
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0.0))


def imresize_matrix(source, target, scale):
    """What `imresize` multiplies a line with, by MATLAB's documentation and BasicSR's port of it."""
    width = 4 / scale if scale < 1 else 4.0
    taps = math.ceil(width) + 2
    matrix = np.zeros((target, source))
    for row in range(target):
        u = (row + 1) / scale + 0.5 * (1 - 1 / scale)
        indices = np.arange(taps) + math.floor(u - width / 2)
        weights = scale * cubic(scale * (u - indices)) if scale < 1 else cubic(u - indices)
        weights = weights / weights.sum()
        mirror = np.concatenate([np.arange(source), np.arange(source)[::-1]])
        for index, weight in zip(indices, weights):
            matrix[row, mirror[(index - 1) % (2 * source)]] += weight
    return matrix


def imresize(image, target, scales):
    down = imresize_matrix(image.shape[-2], target[0], scales[0])
    across = imresize_matrix(image.shape[-1], target[1], scales[1])
    return torch.as_tensor(down @ image.numpy() @ across.T)


def gaussian(side, deviations, angle, profile):
    """A kernel over the inverse of its covariance."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    inverse = np.linalg.inv(turn @ np.diag(np.square(deviations)) @ turn.T)
    places = np.arange(side) - side // 2
    grid = np.stack(np.meshgrid(places, places), axis=-1).astype(float)
    kernel = profile(np.einsum('yxi,ij,yxj->yx', grid, inverse, grid))
    return torch.as_tensor(kernel / kernel.sum())


def lowpass(side, cutoff):
    places = np.arange(side) - side // 2
    radius = np.hypot(*np.meshgrid(places, places))
    with np.errstate(invalid='ignore', divide='ignore'):
        kernel = cutoff * scipy.special.j1(cutoff * radius) / (2 * np.pi * radius)
    kernel[side // 2, side // 2] = cutoff**2 / (4 * np.pi)
    return torch.as_tensor(kernel / kernel.sum())


def make():
    g = Group('degradations', 113)
    for name, source, scale in [
        ('quarter', (16, 24), 1 / 4),
        ('half', (10, 8), 1 / 2),
        ('third', (9, 12), 1 / 3),
        ('odd', (11, 13), 1 / 4),
        ('tiny', (3, 5), 1 / 4),
        ('double', (5, 4), 2.0),
        ('fourfold', (3, 4), 4.0),
        ('share', (10, 7), 0.7),
    ]:
        image = g.uniform(2, *source).float().double()
        target = [math.ceil(length * scale - 1e-9) for length in source]
        g.add(f'imresize.{name}', 'imresize', {'scale': scale},
              {'input': image, 'output': imresize(image, target, (scale, scale))})
    for mode in ('area', 'bilinear', 'bicubic'):
        for name, source, target in [('down', (9, 11), (4, 3)), ('up', (5, 4), (7, 6)), ('mixed', (6, 8), (9, 5))]:
            image = g.uniform(1, 2, *source).float().double()
            options = {} if mode == 'area' else {'align_corners': False}
            answer = F.interpolate(image, size=target, mode=mode, **options)
            g.add(f'plainly.{mode}.{name}', 'plainly', {'mode': mode, 'size': target},
                  {'input': image[0], 'output': answer[0]})
    for name, side, deviations, angle in [('round', 7, (1.3, 1.3), 0.0), ('oval', 11, (2.5, 0.6), 0.7)]:
        settings = {'side': side, 'deviations': deviations, 'angle': angle}
        for profile, beta, function in [
            ('gaussian', 1.0, lambda d: np.exp(-0.5 * d)),
            ('generalized', 0.6, lambda d: np.exp(-0.5 * d**0.6)),
            ('plateau', 1.7, lambda d: 1 / (1 + d**1.7)),
        ]:
            g.add(f'kernel.{profile}.{name}', 'kernel', settings | {'profile': profile, 'beta': beta},
                  {'weights': gaussian(side, deviations, angle, function)})
    for side, cutoff in [(7, 2.5), (21, 1.0)]:
        g.add(f'sinc.{side}', 'sinc', {'side': side, 'cutoff': cutoff}, {'weights': lowpass(side, cutoff)})
    g.write()
