"""SwinIR: classical, lightweight, for photos, for noise and traces of JPEG."""
from comparison import Configuration
from spandrel.architectures.SwinIR import SwinIR

TITLE = 'SwinIR'
LISTED = 22


def swinir(groups=6, features=180, heads=6, window=8, upscale=4, upsampler='pixelshuffle', **others):
    return lambda: SwinIR(img_size=window * 8, window_size=window, depths=[6] * groups, num_heads=[heads] * groups,
                          embed_dim=features, mlp_ratio=2, upscale=upscale, upsampler=upsampler, **others)


CONFIGURATIONS = [
    Configuration('medium, ×4', swinir()),
    Configuration('medium, ×2', swinir(upscale=2), scale=2, keys=()),
    Configuration('medium, ×3', swinir(upscale=3), scale=3, keys=('params_ema',)),
    Configuration('medium, ×8', swinir(upscale=8), scale=8, size=(21, 27)),
    Configuration('lightweight, ×2', swinir(4, 60, upscale=2, upsampler='pixelshuffledirect'), scale=2),
    Configuration('lightweight, ×4', swinir(4, 60, upsampler='pixelshuffledirect'), tail=lambda net: net.upsample[0]),
    Configuration('medium for photos, ×4', swinir(upsampler='nearest+conv'), keys=('params_ema',)),
    Configuration('medium for photos, ×2', swinir(upscale=2, upsampler='nearest+conv'), scale=2),
    Configuration('large for photos, ×4',
                  swinir(9, 240, 8, upsampler='nearest+conv', resi_connection='3conv'), keys=('params_ema',)),
    Configuration('against noise', swinir(upscale=1, upsampler=''), scale=1),
    Configuration('against noise, gray', swinir(upscale=1, upsampler='', in_chans=1), scale=1, inputs=1),
    Configuration('against JPEG', swinir(window=7, upscale=1, upsampler='', img_range=255.0), scale=1),
]
