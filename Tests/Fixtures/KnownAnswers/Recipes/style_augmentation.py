"""The augmentations of Karras et al. 2020 (limited data) for given parameters, written from its appendix B."""

import math

import numpy
import torch
from torch.nn import functional

from .group import Group

SYM6 = torch.tensor([
    0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633, 0.4910559419267466,
    0.787641141030194, 0.3379294217276218, -0.07263752278646252, -0.021060292512300564, 0.04472490177066578,
    0.0017677118642428036, -0.007800708325034148]).double()
SYM2 = numpy.array([-0.12940952255092145, 0.22414386804185735, 0.836516303737469, 0.48296291314469025])
REACH = 3


def matrix(a, b, c, d, e, f):
    return torch.tensor([[a, b, c], [d, e, f], [0, 0, 1]]).double()


def scaling(x, y):
    return matrix(x, 0, 0, 0, y, 0)


def translation(x, y):
    return matrix(1, 0, x, 0, 1, y)


def rotation(angle):
    return matrix(math.cos(angle), -math.sin(angle), 0, math.sin(angle), math.cos(angle), 0)


def along(x, taps, axis):
    """A filter (as a correlation) along an axis, where it fits."""
    c = x.shape[1]
    kernel = taps.reshape(1, 1, -1, 1) if axis == 2 else taps.reshape(1, 1, 1, -1)
    return functional.conv2d(x, kernel.expand(c, *kernel.shape[1:]), groups=c)


def warped(x, maps):
    n, c, h, w = x.shape
    taps = SYM6 / SYM6.sum()
    cx, cy = (w - 1) / 2, (h - 1) / 2
    corners = torch.tensor([[-cx, cx, cx, -cx], [-cy, -cy, cy, cy], [1, 1, 1, 1]]).double()
    points = torch.stack([m @ corners for m in maps])
    low, high = points.amin((0, 2)), points.amax((0, 2))
    left = math.ceil(min(max(-low[0].item() + 2 * REACH - cx, 0), w - 1))
    top = math.ceil(min(max(-low[1].item() + 2 * REACH - cy, 0), h - 1))
    right = math.ceil(min(max(high[0].item() + 2 * REACH - cx, 0), w - 1))
    bottom = math.ceil(min(max(high[1].item() + 2 * REACH - cy, 0), h - 1))
    x = functional.pad(x, (left, right, top, bottom), mode='reflect')
    maps = [translation((left - right) / 2, (top - bottom) / 2) @ m for m in maps]
    # Zeros between the pixels, then the filter as a convolution in the sense of mathematics.
    y = x.new_zeros(n, c, 2 * x.shape[2], 2 * x.shape[3])
    y[:, :, ::2, ::2] = x
    y = functional.pad(y, (6, 5, 6, 5))
    y = along(along(y, 2 * taps.flip(0), 2), 2 * taps.flip(0), 3)
    maps = [scaling(2, 2) @ m @ scaling(0.5, 0.5) for m in maps]
    maps = [translation(-0.5, -0.5) @ m @ translation(0.5, 0.5) for m in maps]
    rows, columns = 2 * (h + 2 * REACH), 2 * (w + 2 * REACH)
    normal = [
        scaling(2 / y.shape[3], 2 / y.shape[2]) @ m @ scaling(columns / 2, rows / 2) for m in maps]
    grid = functional.affine_grid(torch.stack([m[:2] for m in normal]), (n, c, rows, columns), align_corners=False)
    y = functional.grid_sample(y, grid, mode='bilinear', padding_mode='zeros', align_corners=False)
    y = y[:, :, 1:-1, 1:-1]
    return along(along(y, taps, 2), taps, 3)[:, :, ::2, ::2]


def color_matrix(brightness, contrast, flip, hue, saturation):
    v = torch.ones(3).double() / math.sqrt(3)
    eye, outer = torch.eye(3).double(), torch.outer(v, v)
    cross = torch.tensor([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]).double() / math.sqrt(3)
    m, t = eye * contrast, torch.full((3,), brightness * contrast).double()
    turns = [eye - 2 * outer * flip]
    turns.append(math.cos(hue) * eye + math.sin(hue) * cross + (1 - math.cos(hue)) * outer)
    turns.append(outer + (eye - outer) * saturation)
    for turn in turns:
        m, t = turn @ m, turn @ t
    return m, t


def bank():
    high = SYM2 * (-1) ** numpy.arange(4)
    low2, high2 = numpy.convolve(SYM2, SYM2[::-1]) / 2, numpy.convolve(high, high[::-1]) / 2
    filters = [numpy.array([1.0])] + [numpy.array([0.0])] * 3
    for band in range(1, 4):
        spread = [numpy.insert(f, numpy.arange(1, len(f)), 0.0) for f in filters]
        filters = [numpy.convolve(f, low2) for f in spread]
        start = (len(filters[band]) - len(high2)) // 2
        filters[band][start:start + len(high2)] += high2
    return torch.tensor(numpy.stack(filters)).double()


def make():
    g = Group('styleAugmentation', 137)
    flip = scaling(-1, 1)
    maps = [
        flip @ rotation(math.pi / 2) @ translation(2, -1),
        scaling(1.3, 1.3) @ rotation(0.4) @ scaling(0.8, 1.25) @ rotation(-1.1) @ translation(1.3, -0.7),
        scaling(0.7, 0.7) @ rotation(2.5),
    ]
    maps = [m.float().double() for m in maps]
    flat = torch.stack([m[:2].flatten() for m in maps])
    g.differentiate(
        'warp', 'warp', {}, {'input': g.normal(3, 2, 9, 12)}, lambda input: warped(input, maps),
        lambda: {'maps': flat})

    settings = [[0.3, 1.4, 1, 0.9, 0.5], [-0.1, 0.7, 0, -2.0, 1.8]]
    matrices = [color_matrix(*s) for s in settings]
    m, t = torch.stack([m for m, _ in matrices]), torch.stack([t for _, t in matrices])
    parameters = {'parameters': torch.tensor(settings)}

    def recolored(input):
        return torch.einsum('nij,njhw->nihw', m, input) + t[:, :, None, None]

    def gray(input):
        return input * m.mean(1).sum(1)[:, None, None, None] + t.mean(1)[:, None, None, None]

    def clear(input):
        # Colors from 0 to 1, no longer multiplied by alpha, changed, and multiplied again.
        alpha = (input[:, 3:] + 1) / 2
        color = (input[:, :3] + 1) / 2 / alpha
        changed = (recolored(2 * color - 1) + 1) / 2 * alpha
        return torch.cat([2 * changed - 1, input[:, 3:]], 1)

    g.differentiate('rgb', 'colors', {}, {'input': g.normal(2, 3, 3, 4)}, recolored, lambda: parameters)
    g.differentiate('gray', 'colors', {}, {'input': g.normal(2, 1, 3, 4)}, gray, lambda: parameters)
    g.differentiate('rgba', 'colors', {}, {'input': g.uniform(2, 4, 3, 4, low=-0.9)}, clear, lambda: parameters)

    gains = torch.tensor([[0.5, 1.5, 1.0, 2.0], [1.2, 0.3, 2.2, 0.1]]).float().double()
    filters = gains @ bank()
    half = filters.shape[1] // 2

    def filtered(input):
        x = functional.pad(input, (half, half, half, half), mode='reflect')
        return torch.cat([along(along(i[None], f, 2), f, 3) for i, f in zip(x, filters)])

    size = half + 3
    g.differentiate(
        'bands', 'bands', {}, {'input': g.normal(2, 1, size, size + 2)}, filtered, lambda: {'gains': gains})
    g.write()
