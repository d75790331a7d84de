"""FastGAN's generator and the discriminators in EfficientNet-Lite0's features, as in the recipes."""

from networks.recipes import fastgan, features

LATENT, WIDTH = 256, 64


class Generator(fastgan.Generator):
    def __init__(self):
        eighths = [128, 64, 32, 16, 16, 8]
        super().__init__(LATENT, [e * WIDTH // 8 for e in eighths], 3, 0)


class Discriminators(fastgan.Discriminators):
    def __init__(self):
        super().__init__(0, WIDTH)


Features = features.Lite0
