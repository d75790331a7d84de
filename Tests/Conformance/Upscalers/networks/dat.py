"""DAT and its smaller forms."""
from comparison import Configuration
from spandrel.architectures.DAT import DAT

TITLE = 'DAT'
LISTED = 34


def dat(split, expansion, scale=4, groups=6, blocks=6, features=180, **others):
    return lambda: DAT(embed_dim=features, depth=[blocks] * groups, num_heads=[6] * groups, split_size=split,
                       expansion_factor=expansion, upscale=scale, **others)


CONFIGURATIONS = [
    Configuration('DAT-S ×4', dat([8, 16], 2.0)),
    Configuration('DAT-2 ×2', dat([8, 32], 2.0, 2), scale=2, keys=('params_ema',)),
    Configuration('DAT ×4, small image', dat([8, 32], 4.0), size=(17, 21), keys=()),
    Configuration('light ×3', dat([8, 32], 2.0, 3, 1, 18, 60, resi_connection='3conv',
                                  upsampler='pixelshuffledirect'), scale=3),
]
