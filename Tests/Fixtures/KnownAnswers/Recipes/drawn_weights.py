"""Weights that need no storing: each value follows from its name and its position alone, here as in the Swift tests."""

import math

import numpy
import torch


def hashed(name, count):
    """Numbers in [-1, 1): the name's FNV-1a hash plus the position, mixed as in MurmurHash3."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = (numpy.arange(count, dtype=numpy.uint64) + seed) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = ((x ^ (x >> shift)) * factor) & 0xFFFFFFFF
    x ^= x >> 16
    return torch.from_numpy((x >> 8).astype(numpy.float64) / 2**23 - 1)


def drawn(name, shape):
    """A weight of that name and shape: matrices and kernels keep the variance, the rest lies near what it means."""
    u = hashed(name, math.prod(shape)).reshape(shape)
    if len(shape) > 1:
        value = u * math.sqrt(4 * shape[0] / math.prod(shape))
    elif name.endswith('running_var'):
        value = 1 + 0.5 * u
    elif name.endswith('weight'):
        value = 0.6 + 0.4 * u
    else:
        value = 0.2 * u
    return value.float()


def fill(network):
    """Gives a network its drawn weights; returns name and shape of everything that a checkpoint must hold.

    A spectrally normalized `weight`, which PyTorch calls `weight_orig`, is drawn and listed by its plain name.
    """
    shapes, state = {}, network.state_dict()
    for stored, value in state.items():
        if stored.endswith('num_batches_tracked'):
            continue
        name = stored.removesuffix('_orig')
        shapes[name] = tuple(value.shape)
        value.copy_(drawn(name, shapes[name]))
    network.load_state_dict(state)
    return shapes
