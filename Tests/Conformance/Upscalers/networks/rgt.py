"""RGT and its smaller form."""
from comparison import Configuration
from spandrel.architectures.RGT import RGT

TITLE = 'RGT'
LISTED = 7


def rgt(groups, scale):
    return lambda: RGT(embed_dim=180, depth=[6] * groups, num_heads=[6] * groups, split_size=[8, 32], mlp_ratio=2.0,
                       upscale=scale)


CONFIGURATIONS = [
    Configuration('RGT-S ×4', rgt(6, 4)),
    Configuration('RGT ×2', rgt(8, 2), scale=2, size=(33, 50)),
]
