"""MoSR with its three enlargements."""
from comparison import Configuration
from spandrel.architectures.MoSR import MoSR

TITLE = 'MoSR'
LISTED = 5


def mosr(scale=4, **sizes):
    return lambda: MoSR(upscale=scale, **sizes)


CONFIGURATIONS = [
    Configuration('×4', mosr()),
    Configuration('×2, DySample', mosr(2, upsampler='dys'), scale=2, tail=lambda network: network.upsampler.end_conv),
    Configuration('×3, ensemble', mosr(3, upsampler='gps', n_block=8), scale=3),
    Configuration('tiny: 5 blocks, 48 features, wide', mosr(n_block=5, dim=48, expansion_ratio=2, conv_ratio=0.5)),
]
