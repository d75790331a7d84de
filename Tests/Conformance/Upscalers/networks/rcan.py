"""RCAN, also with pixels that become channels first. The public list has none under this name."""
from comparison import Configuration
from spandrel.architectures.RCAN import RCAN

TITLE = 'RCAN'
LISTED = 0


def rcan(scale=4, **sizes):
    return lambda: RCAN(scale=scale, **({'n_resgroups': 3, 'n_resblocks': 5} | sizes))


CONFIGURATIONS = [
    Configuration('×4, 10 groups of 20 blocks', rcan(n_resgroups=10, n_resblocks=20)),
    Configuration('×3, without normalization', rcan(3, norm=False), scale=3),
    Configuration('×2, unshuffled', rcan(2, unshuffle_mod=True, norm=False), scale=2),
    Configuration('×1, unshuffled', rcan(1, unshuffle_mod=True), scale=1),
    Configuration('gray', rcan(2, norm=False, n_colors=1), scale=2, inputs=1),
]
