"""Training steps of pix2pix and SRGAN in PyTorch, written the fastest way: one fake, a discriminator that asks for no
gradients while the generator learns, fused optimizers. bfloat16 is autocast's."""

import torch
from torch import nn
from torch.nn import functional as F

from networks.upscaling import SRGANDiscriminator, SRResNet
from networks.translation import PatchDiscriminator, UNet


class PairedTrainer:
    """Two networks, their optimizers and the step. A batch is a pair of images: what goes in, what should come."""

    def __init__(self, generator, discriminator, rate, betas, channels_last, bf16):
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.generator = generator.to(memory_format=self.layout).train()
        self.discriminator = discriminator.to(memory_format=self.layout).train()
        options = {'lr': rate, 'betas': betas, 'fused': True}
        self.generator_optimizer = torch.optim.Adam(self.generator.parameters(), **options)
        self.discriminator_optimizer = torch.optim.Adam(self.discriminator.parameters(), **options)
        self.bf16 = bf16

    def computing(self):
        return torch.autocast('cpu', torch.bfloat16, enabled=self.bf16)

    def logistic(self, logits, target):
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))

    def step(self, given, wanted):
        """Returns the three losses: discriminator, adversarial, distance."""
        with self.computing():
            made = self.generator(given)
        self.discriminator.requires_grad_(True)
        self.discriminator_optimizer.zero_grad(set_to_none=True)
        with self.computing():
            real = self.logistic(self.discriminate(given, wanted), 1.0)
            fake = self.logistic(self.discriminate(given, made.detach()), 0.0)
            output = (real + fake) * self.ADVERSARIAL_WEIGHT
        output.backward()
        self.discriminator_optimizer.step()

        self.discriminator.requires_grad_(False)
        self.generator_optimizer.zero_grad(set_to_none=True)
        with self.computing():
            adversarial = self.logistic(self.discriminate(given, made), 1.0)
            distance = F.l1_loss(made, wanted)
            goal = adversarial * self.ADVERSARIAL_WEIGHT + distance * self.DISTANCE_WEIGHT
        goal.backward()
        self.generator_optimizer.step()
        return output, adversarial, distance


class Pix2PixTrainer(PairedTrainer):
    ADVERSARIAL_WEIGHT, ADVERSARIAL_WEIGHT, DISTANCE_WEIGHT = 0.5, 1.0, 100.0

    def __init__(self, channels_last=True, bf16=False):
        super().__init__(UNet(), PatchDiscriminator(), 2e-4, (0.5, 0.999), channels_last, bf16)
        for network in (self.generator, self.discriminator):
            for module in network.modules():
                if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                    nn.init.normal_(module.weight, 0, 0.02)

    def discriminate(self, given, image):
        return self.discriminator(torch.cat([given, image], 1))

    def batch(self):
        return tuple(
            (torch.rand(1, 3, 256, 256) * 2 - 1).contiguous(memory_format=self.layout) for _ in range(2)
        )


class SRGANTrainer(PairedTrainer):
    ADVERSARIAL_WEIGHT, ADVERSARIAL_WEIGHT, DISTANCE_WEIGHT = 1.0, 1e-3, 1.0

    def __init__(self, channels_last=True, bf16=False):
        super().__init__(SRResNet(), SRGANDiscriminator(), 1e-4, (0.9, 0.999), channels_last, bf16)

    def discriminate(self, given, image):
        return self.discriminator(image)

    def batch(self):
        large = torch.rand(16, 3, 96, 96)
        small = F.interpolate(large, size=(24, 24), mode='bicubic', antialias=True)
        return tuple(x.contiguous(memory_format=self.layout) for x in (small, large))
