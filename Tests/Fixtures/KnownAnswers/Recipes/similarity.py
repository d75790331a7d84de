"""How alike two images are, by scikit-image: mean absolute difference, PSNR and SSIM, in color and on Y."""

import numpy as np
import torch
from skimage.color import rgb2ycbcr
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from .group import Group


def figures(a, b):
    """Of images [H, W] or [H, W, C] with values from 0 to 255."""
    a, b = a.astype(np.float64), b.astype(np.float64)
    ssim = structural_similarity(
        a,
        b,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        data_range=255,
        channel_axis=2 if a.ndim == 3 else None,
    )
    assert mean_squared_error(a, b) > 0
    return float(np.abs(a - b).mean() / 255), float(peak_signal_noise_ratio(a, b, data_range=255)), float(ssim)


def make():
    g = Group('similarity', 114)

    def image(height, width, channels):
        # Smooth shapes with some grain, so that neither figure is at an end of its range.
        y, x = torch.meshgrid(torch.linspace(0, 1, height), torch.linspace(0, 1, width), indexing='ij')
        waves = [torch.sin(5 * x * (c + 1) + 3 * y) + torch.cos(7 * y - 2 * c * x) for c in range(channels)]
        return (127 + 50 * torch.stack(waves, 2) + 10 * g.normal(height, width, channels)).clamp(0, 255).round()

    for name, height, width, channels, noise, border in [
        ('color', 24, 31, 3, 12, 4),
        ('faint', 20, 20, 3, 1.5, 2),
        ('gray', 16, 27, 1, 30, 0),
        ('window', 11, 11, 3, 20, 0),
    ]:
        a = image(height, width, channels)
        b = (a + noise * g.normal(height, width, channels)).clamp(0, 255).round()
        left, right = a.numpy(), b.numpy()
        l1, psnr, ssim = figures(left.squeeze(2), right.squeeze(2)) if channels == 1 else figures(left, right)
        attributes = {'l1': l1, 'psnr': psnr, 'ssim': ssim, 'border': border}
        if channels == 3:
            inner = slice(border, -border or None)
            planes = [rgb2ycbcr(p.astype(np.uint8))[inner, inner, 0] for p in (left, right)]
            attributes['yL1'], attributes['yPSNR'], attributes['ySSIM'] = figures(*planes)
        g.add(name, 'similarity', attributes, {'a': a.permute(2, 0, 1), 'b': b.permute(2, 0, 1)})
    g.write()
