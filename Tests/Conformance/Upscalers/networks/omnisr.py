"""OmniSR."""
from comparison import Configuration
from spandrel.architectures.OmniSR import OmniSR

TITLE = 'OmniSR'
LISTED = 20


def omnisr(scale=4, features=64, groups=5, window=8, **others):
    return lambda: OmniSR(num_feat=features, res_num=groups, window_size=window, up_scale=scale, **others)


def tail(network):
    return network.up[0]


CONFIGURATIONS = [
    Configuration('×4', omnisr(), tail=tail),
    Configuration('×2, small image', omnisr(2), scale=2, size=(16, 19), tail=tail, keys=()),
    Configuration('×1, windows of 16', omnisr(1, window=16), scale=1, tail=tail),
]
