"""DRCT: base and large."""
from comparison import Configuration
from spandrel.architectures.DRCT import DRCT

TITLE = 'DRCT'
LISTED = 6


def drct(groups=6, upscale=4):
    return lambda: DRCT(img_size=64, window_size=16, depths=[6] * groups, num_heads=[6] * groups, embed_dim=180,
                        mlp_ratio=2, gc=32, upscale=upscale, upsampler='pixelshuffle')


# spandrel's network takes only multiples of 16.
CONFIGURATIONS = [
    Configuration('base, ×4', drct(), size=(32, 48)),
    Configuration('base, ×2', drct(upscale=2), scale=2, size=(32, 48)),
    Configuration('large, ×4', drct(12), size=(32, 48), keys=('params_ema',)),
]
