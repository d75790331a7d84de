"""Real-CUGAN in all its scales, with and without the compressed values of its “pro” models."""
from comparison import Configuration
from spandrel.architectures.RealCUGAN import UpCunet2x, UpCunet2x_fast, UpCunet3x, UpCunet4x

TITLE = 'Real-CUGAN'
LISTED = 7

CONFIGURATIONS = [
    Configuration('×2', lambda: UpCunet2x(), scale=2, keys=()),
    Configuration('×2, pro', lambda: UpCunet2x(pro=True), scale=2, keys=()),
    Configuration('×3', lambda: UpCunet3x(), scale=3, keys=()),
    Configuration('×3, pro', lambda: UpCunet3x(pro=True), scale=3, keys=()),
    Configuration('×4', lambda: UpCunet4x(), keys=()),
    Configuration('×4, pro', lambda: UpCunet4x(pro=True), keys=()),
    Configuration('×2, fast', lambda: UpCunet2x_fast(), scale=2, size=(48, 44), keys=()),
]
