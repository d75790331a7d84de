"""Real-ESRGAN's compact network, of any depth; files with another activation than PReLU have no slopes."""
from comparison import Configuration
from spandrel.architectures.Compact import Compact

TITLE = 'SRVGGNetCompact'
LISTED = 85


def compact(features=64, convolutions=16, scale=4, inputs=3, outputs=3, activation='prelu'):
    return lambda: Compact(num_in_ch=inputs, num_out_ch=outputs, num_feat=features, num_conv=convolutions,
                           upscale=scale, act_type=activation)


CONFIGURATIONS = [
    Configuration('×4, 64 features, 16 convolutions', compact()),
    Configuration('32 convolutions', compact(convolutions=32), keys=('params_ema',)),
    Configuration('×3', compact(scale=3)),
    Configuration('×2, 24 features, 8 convolutions (ultra-compact)', compact(24, 8, 2), scale=2),
    Configuration('×1', compact(scale=1), scale=1),
    Configuration('×8', compact(32, 4, scale=8), scale=8),
    Configuration('gray', compact(inputs=1, outputs=1), inputs=1),
    Configuration('RGBA', compact(inputs=4, outputs=4), inputs=4),
    Configuration('gray to color', compact(inputs=1, outputs=3), inputs=1),
    Configuration('leaky ReLU', compact(activation='leakyrelu')),
    Configuration('half precision', compact(), half=True, keys=()),
]
