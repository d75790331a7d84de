"""SPAN, in the form for training: what `eval_conv` holds is computed again from the two paths."""
from comparison import Configuration
from spandrel.architectures.SPAN import SPAN

TITLE = 'SPAN'
LISTED = 34


def span(features=48, scale=4, norm=True, channels=3):
    return lambda: SPAN(num_in_ch=channels, num_out_ch=channels, feature_channels=features, upscale=scale, norm=norm)


CONFIGURATIONS = [
    Configuration('×4, 48 features', span(), keys=('params_ema',)),
    Configuration('×2, 52 features', span(52, 2), scale=2),
    Configuration('×1', span(scale=1), scale=1),
    Configuration('without normalization', span(norm=False)),
    Configuration('gray', span(norm=False, channels=1), inputs=1),
    Configuration('half precision', span(), half=True, keys=()),
]
