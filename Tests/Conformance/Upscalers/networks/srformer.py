"""SRFormer: classical, lightweight, for photos."""
from comparison import Configuration
from spandrel_extra_arches.architectures.SRFormer import SRFormer

TITLE = 'SRFormer'
LISTED = 9


def srformer(groups=6, features=180, window=24, upscale=4, upsampler='pixelshuffle', **others):
    return lambda: SRFormer(img_size=2 * window, window_size=window, depths=[6] * groups, num_heads=[6] * groups,
                            embed_dim=features, mlp_ratio=2, upscale=upscale, upsampler=upsampler, **others)


CONFIGURATIONS = [
    Configuration('classical, ×4', srformer()),
    Configuration('classical, ×2, windows of 22', srformer(window=22, upscale=2), scale=2),
    Configuration('lightweight, ×4', srformer(4, 60, 16, upsampler='pixelshuffledirect'),
                  tail=lambda net: net.upsample[0]),
    Configuration('for photos, ×4', srformer(upsampler='nearest+conv', resi_connection='3conv')),
]
