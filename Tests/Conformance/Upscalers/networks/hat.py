"""HAT: small, base and large."""
from comparison import Configuration
from spandrel.architectures.HAT import HAT

TITLE = 'HAT'
LISTED = 7


def hat(groups=6, features=180, compress=3, squeeze=30, upscale=4):
    return lambda: HAT(img_size=64, window_size=16, depths=[6] * groups, num_heads=[6] * groups, embed_dim=features,
                       compress_ratio=compress, squeeze_factor=squeeze, overlap_ratio=0.5, mlp_ratio=2,
                       upscale=upscale)


CONFIGURATIONS = [
    Configuration('base, ×4', hat(), keys=('params_ema',)),
    Configuration('base, ×2', hat(upscale=2), scale=2),
    Configuration('small, ×4', hat(features=144, compress=24, squeeze=24), keys=()),
    Configuration('large, ×4', hat(12), keys=('params_ema',)),
]
