"""ESRGAN's and Real-ESRGAN's networks of every form, small, as spandrel builds them: output and gradient with respect to
the input. Weights are drawn by the names that files have, so that the tests recognize the network, too.
"""

from spandrel.architectures.Compact import Compact
from spandrel.architectures.ESRGAN import ESRGAN

from .group import Group
from .images_to_images import add


def esrgan(scale, inputs=3, outputs=3, blocks=1, plus=False, fold=None):
    return ESRGAN(in_nc=inputs * (fold or 1) ** 2, out_nc=outputs, num_filters=4, num_blocks=blocks, scale=scale,
                  plus=plus, shuffle_factor=fold)


def compact(scale, inputs=3, outputs=3, convolutions=2, activation='prelu'):
    return Compact(num_in_ch=inputs, num_out_ch=outputs, num_feat=5, num_conv=convolutions, upscale=scale,
                   act_type=activation)


def make():
    g = Group('rectifiedUpscalers', 120)
    add(g, 'rrdb.x1', esrgan(1, blocks=2), (1, 3, 6, 5))
    add(g, 'rrdb.x2', esrgan(2), (2, 3, 5, 4))
    add(g, 'rrdb.x8', esrgan(8, 1, 1), (1, 1, 3, 4))
    add(g, 'rrdb.x16', esrgan(16, 1, 1), (1, 1, 2, 3))
    add(g, 'rrdb.x2.fold2', esrgan(4, fold=2), (1, 3, 6, 8))
    add(g, 'rrdb.x1.fold2', esrgan(2, fold=2), (1, 3, 6, 8))
    add(g, 'rrdb.x1.fold4', esrgan(4, fold=4), (1, 3, 8, 12))
    add(g, 'rrdb.x4.rgba', esrgan(4, 4, 4), (1, 4, 3, 4))
    add(g, 'rrdb.x2.color', esrgan(2, 1, 3), (1, 1, 4, 5))
    add(g, 'rrdb.x4.plus', esrgan(4, plus=True, blocks=2), (1, 3, 4, 3))
    add(g, 'rrdb.x1.plus', esrgan(1, plus=True), (1, 3, 4, 5))
    add(g, 'compact.x2.leaky', compact(2, activation='leakyrelu'), (1, 3, 4, 5))
    add(g, 'compact.x2.relu', compact(2, activation='relu'), (1, 3, 4, 5))
    add(g, 'compact.x4.rgba', compact(4, 4, 4), (1, 4, 3, 4))
    add(g, 'compact.x2.color', compact(2, 1, 3), (1, 1, 4, 5))
    add(g, 'compact.x8.shallow', compact(8, convolutions=0), (1, 3, 2, 3))
    g.write()
