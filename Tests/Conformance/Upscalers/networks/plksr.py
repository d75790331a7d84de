"""PLKSR as its paper has it; the public list counts it as RealPLKSR."""
from comparison import Configuration
from spandrel.architectures.PLKSR import PLKSR

TITLE = 'PLKSR'
LISTED = 0


def plksr(scale=4, **sizes):
    return lambda: PLKSR(upscaling_factor=scale, **sizes)


CONFIGURATIONS = [
    Configuration('×4', plksr()),
    Configuration('×2, tiny: 12 blocks, 13×13, DCCM', plksr(2, n_blocks=12, kernel_size=13, ccm_type='DCCM'), scale=2),
    Configuration('×3, ICCM, without a gate', plksr(3, n_blocks=12, ccm_type='ICCM', use_ea=False), scale=3),
]
