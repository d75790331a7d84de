"""NIQE of drawn images, by BasicSR, whose images the Swift tests draw again from the same whole numbers."""

import importlib
import importlib.util
import sys
import types

import numpy as np
import scipy.ndimage

from .group import Group


def basicsr_niqe():
    """BasicSR's module without the rest of the package, which wants libraries that are not needed here."""
    root = importlib.util.find_spec('basicsr').submodule_search_locations[0]
    for name in ('basicsr', 'basicsr.metrics', 'basicsr.utils'):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = [root + name[len('basicsr') :].replace('.', '/')]
    sys.modules['cv2'] = types.ModuleType('cv2')
    filters = types.ModuleType('scipy.ndimage.filters')
    filters.convolve = scipy.ndimage.convolve
    sys.modules['scipy.ndimage.filters'] = filters
    sys.modules['basicsr.utils'].bgr2ycbcr = importlib.import_module('basicsr.utils.color_util').bgr2ycbcr
    return importlib.import_module('basicsr.metrics.niqe')


def lattice(x, y, channel, octave, seed):
    """Levels from 0 to 255 that look random, of whole numbers alone."""
    h = (x * 374761393 + y * 668265263 + channel * 2147483647 + octave * 1274126177 + seed * 97) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1103515245) & 0xFFFFFFFF
    return ((h ^ (h >> 16)) >> 4) & 255


def image(width, height, seed, flat):
    """Noise of cells of 64, 16, 4 and 1 pixels, [H, W, 3]; `flat` columns on the left are gray."""
    y, x, c = np.meshgrid(*(np.arange(n, dtype=np.int64) for n in (height, width, 3)), indexing='ij')
    sums = np.zeros((height, width, 3), np.int64)
    for octave, weight in ((6, 32), (4, 16), (2, 10), (0, 6)):
        size = 1 << octave
        (column, across), (row, down) = divmod(x, size), divmod(y, size)
        for dy in (0, 1):
            for dx in (0, 1):
                share = (across if dx else size - across) * (down if dy else size - down)
                sums += weight * share * lattice(column + dx, row + dy, c, octave, seed) * (4096 >> (2 * octave))
    levels = sums // (64 * 4096)
    levels[:, :flat] = 120
    return levels.astype(np.uint8)


def make():
    niqe = basicsr_niqe()
    g = Group('naturalness', 115)
    for name, width, height, seed, flat, border in [
        ('two blocks', 200, 100, 1, 0, 0),
        ('six blocks', 300, 203, 2, 0, 4),
        ('partly flat', 290, 192, 3, 120, 0),
    ]:
        drawn = image(width, height, seed, flat)
        value = niqe.calculate_niqe(drawn[..., ::-1], border)
        assert np.isfinite(value), name
        attributes = {'width': width, 'height': height, 'seed': seed, 'flat': flat, 'border': border, 'niqe': value}
        g.add(name, 'naturalness', attributes, {'corner': drawn[-5:, -7:].transpose(2, 0, 1).copy()})
    g.write()
