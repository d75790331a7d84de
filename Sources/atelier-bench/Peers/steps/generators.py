"""Training steps of StyleGAN2, R3GAN and FastGAN in PyTorch, as Atelier takes them: without augmentation and averages.

`torch.compile` cannot differentiate twice, so penalties on gradients run eagerly in every mode.
"""

import math
import random

import torch
from torch import nn
from torch.nn import functional as F

from networks import fastgan, r3gan, stylegan2


class Trainer:
    """Two networks, their optimizers, and a batch of images. `share` is of the optimizers' steps, as in StyleGAN2."""

    BATCH, SIZE = 8, 128
    KINDS = ((1, 1.0),)

    def __init__(self, generator, discriminator, mode, bf16, rate, betas, shares=(1.0, 1.0)):
        self.layout = torch.contiguous_format if mode == 'contiguous' else torch.channels_last
        self.generator = generator.to(memory_format=self.layout).train()
        self.discriminator = discriminator.to(memory_format=self.layout).train()
        compiled = torch.compile if mode == 'compiled' else (lambda network: network)
        self.generate, self.discriminate = compiled(self.generator), compiled(self.discriminator)
        self.generator_optimizer, self.discriminator_optimizer = (
            torch.optim.Adam(
                network.parameters(), rate * share, (betas[0] ** share, betas[1] ** share), fused=True
            )
            for network, share in zip((self.generator, self.discriminator), shares)
        )
        self.bf16 = bf16

    def computing(self):
        return torch.autocast('cpu', torch.bfloat16, enabled=self.bf16)

    def batch(self):
        images = torch.rand(self.BATCH, 3, self.SIZE, self.SIZE) * 2 - 1
        return (images.contiguous(memory_format=self.layout),)

    def update_generator(self, loss):
        """The loss is a function; the discriminator asks for no gradients meanwhile."""
        self.discriminator.requires_grad_(False)
        self.generator_optimizer.zero_grad(set_to_none=True)
        with self.computing():
            found = loss()
        found.backward()
        self.generator_optimizer.step()
        self.discriminator.requires_grad_(True)
        return found.detach()

    def update_discriminator(self, loss):
        self.discriminator_optimizer.zero_grad(set_to_none=True)
        with self.computing():
            found = loss()
        found.backward()
        self.discriminator_optimizer.step()
        return found.detach()


def penalty(logits, images):
    """R1 and R2: the mean square of the gradient at each image."""
    (slopes,) = torch.autograd.grad(logits.float().sum(), images, create_graph=True)
    return slopes.square().sum((1, 2, 3)).mean()


class StyleTrainer(Trainer):
    """Karras et al. 2020: the generator, path lengths every 4 steps, the discriminator, R1 every 16 steps."""

    KINDS = ((1, 12 / 16), (4, 3 / 16), (16, 1 / 16))
    GAMMA = 0.0002 * 128**2 / 8

    def __init__(self, mode, bf16):
        shares = (4 / 5, 16 / 17)
        super().__init__(stylegan2.Generator(), stylegan2.Discriminator(), mode, bf16, 0.0025, (0, 0.99), shares)
        for layer in (*self.generator.modules(), *self.discriminator.modules()):
            if isinstance(layer, stylegan2.Dense):
                nn.init.normal_(layer.weight, 0, 1 / layer.rate)
        self.synthesize = torch.compile(self.generator.synthesis) if mode == 'compiled' else self.generator.synthesis
        self.mean = torch.zeros([])

    def styles(self, count):
        mapping, layers = self.generator.mapping, self.generator.synthesis.count
        w = mapping(torch.randn(count, stylegan2.LATENT), None)
        mapping.w_avg.lerp_(w.detach().mean(0), 0.005)
        ws = w[:, None].expand(-1, layers, -1)
        if random.random() < 0.9:
            cut = random.randrange(1, layers)
            other = mapping(torch.randn(count, stylegan2.LATENT), None)[:, None].expand(-1, layers - cut, -1)
            ws = torch.cat([ws[:, :cut], other], 1)
        return ws

    def path_lengths(self):
        ws = self.styles(self.BATCH // 2)
        images = self.generator.synthesis(ws, True)
        noise = torch.randn_like(images) / math.sqrt(images.shape[2] * images.shape[3])
        (slopes,) = torch.autograd.grad((images * noise).sum(), ws, create_graph=True)
        lengths = slopes.float().square().sum(2).mean(1).sqrt()
        mean = self.mean.lerp(lengths.mean(), 0.01)
        self.mean = mean.detach()
        return (lengths - mean).square().mean() * 2 * 4

    def r1(self, images):
        seen = images.detach().requires_grad_(True)
        return penalty(self.discriminator(seen), seen) * (self.GAMMA / 2 * 16)

    def telling(self, images):
        with torch.no_grad():
            made = self.synthesize(self.styles(self.BATCH), True)
        return F.softplus(self.discriminate(made)).mean() + F.softplus(-self.discriminate(images)).mean()

    def step(self, images, number=1):
        losses = [
            self.update_generator(
                lambda: F.softplus(-self.discriminate(self.synthesize(self.styles(self.BATCH), True))).mean()
            )
        ]
        if number % 4 == 0:
            losses.append(self.update_generator(self.path_lengths))
        losses.append(self.update_discriminator(lambda: self.telling(images)))
        if number % 16 == 0:
            losses.append(self.update_discriminator(lambda: self.r1(images)))
        return losses


class R3GANTrainer(Trainer):
    """Huang et al. 2024: the relativistic loss, and both penalties in every step. The fake batch is made once."""

    BATCH, SIZE = 32, r3gan.SIZE
    GAMMA = 2

    def __init__(self, mode, bf16):
        super().__init__(r3gan.Generator(), r3gan.Discriminator(), mode, bf16, 2e-4, (0, 0.9))
        for network in (self.generator, self.discriminator):
            for name, parameter in network.named_parameters():
                if name.endswith('basis'):
                    nn.init.normal_(parameter)

    def telling(self, images, made):
        seen = [x.detach().requires_grad_(True) for x in (images, made)]
        real, fake = (self.discriminator(x) for x in seen)
        penalties = penalty(real, seen[0]) + penalty(fake, seen[1])
        return F.softplus(fake - real).mean() + penalties * (self.GAMMA / 2)

    def step(self, images, number=1):
        with self.computing():
            made = self.generate(torch.randn(self.BATCH, r3gan.LATENT))
        telling = self.update_discriminator(lambda: self.telling(images, made))
        making = self.update_generator(
            lambda: F.softplus(self.discriminate(images) - self.discriminate(made)).mean()
        )
        return telling, making


class FastGANTrainer(Trainer):
    """Sauer et al. 2021: hinge losses of discriminators in features. The fake batch is made once."""

    def __init__(self, mode, bf16):
        super().__init__(fastgan.Generator(), fastgan.Discriminators(), mode, bf16, 2e-4, (0, 0.99))
        for buffer in self.discriminator.projection.buffers():
            nn.init.normal_(buffer, 0, 1 / math.sqrt(buffer[0].numel()))
        features = fastgan.Features().to(memory_format=self.layout).eval().requires_grad_(False)
        views = lambda x: self.discriminator.projection(features.levels(x))  # noqa: E731
        self.views = torch.compile(views) if mode == 'compiled' else views
        heads = lambda views: [head(view, None) for head, view in zip(self.discriminator.heads, views)]  # noqa: E731
        self.logits = torch.compile(heads) if mode == 'compiled' else heads

    def telling(self, images, made):
        with torch.no_grad():
            real, fake = self.views(images), self.views(made)
        return sum(F.relu(1 - x).mean() for x in self.logits(real)) + sum(F.relu(1 + x).mean() for x in self.logits(fake))

    def step(self, images, number=1):
        with self.computing():
            made = self.generate(torch.randn(self.BATCH, fastgan.LATENT))
        telling = self.update_discriminator(lambda: self.telling(images, made))
        making = self.update_generator(lambda: -sum(x.mean() for x in self.logits(self.views(made))))
        return telling, making


TRAINERS = {'stylegan2': StyleTrainer, 'r3gan': R3GANTrainer, 'fastgan': FastGANTrainer}
