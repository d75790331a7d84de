"""RealPLKSR with both normalizations and both enlargements."""
from comparison import Configuration
from spandrel.architectures.PLKSR import RealPLKSR

TITLE = 'RealPLKSR'
LISTED = 21


def realplksr(scale=4, **sizes):
    return lambda: RealPLKSR(upscaling_factor=scale, **sizes)


def last_of_dysample(network):
    return network.to_img.end_conv


CONFIGURATIONS = [
    Configuration('×4', realplksr(), keys=('params_ema',)),
    Configuration('×2, layer norm', realplksr(2, layer_norm=True), scale=2),
    Configuration('×4, DySample', realplksr(dysample=True), tail=last_of_dysample),
    Configuration('×2, DySample, layer norm', realplksr(2, dysample=True, layer_norm=True), scale=2,
                  tail=last_of_dysample),
    Configuration('×3, DySample', realplksr(3, dysample=True, n_blocks=12), scale=3, tail=last_of_dysample),
    Configuration('×1', realplksr(1), scale=1),
    Configuration('tiny: 12 blocks, 13×13, without a gate', realplksr(n_blocks=12, kernel_size=13, use_ea=False)),
]
