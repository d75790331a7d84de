"""R3GAN's networks of the recipe, with PyTorch's own antialiased resizing instead of a matrix for each direction."""

from torch.nn import functional as F

from networks.recipes import r3gan

LATENT, SIZE, CHANNELS, WIDTH = 64, 64, 3, 192


class Down(r3gan.Down):
    def shrunk(self, x):
        return F.interpolate(x, scale_factor=0.5, mode='bilinear', align_corners=False, antialias=True)


class Discriminator(r3gan.Discriminator):
    Stage = Down

    def __init__(self):
        super().__init__(LATENT, 0, SIZE, CHANNELS, WIDTH)


class Generator(r3gan.Generator):
    def __init__(self):
        super().__init__(LATENT, 0, SIZE, CHANNELS, WIDTH)
