"""The networks of the benchmark workloads, as the field writes them in PyTorch, and one training step."""

import torch
from torch import nn


def scaled_down_normal(module):
    """DCGAN's initialization."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)
        nn.init.zeros_(module.bias)


def generator_stack(latent, width, size, channels, bias):
    """Transposed convolutions from 1x1 to size x size; the number of features halves with every doubling."""
    features = width * size // 8
    layers = [nn.ConvTranspose2d(latent, features, 4, 1, 0, bias=False), nn.BatchNorm2d(features), nn.ReLU(True)]
    while features > width:
        layers += [nn.ConvTranspose2d(features, features // 2, 4, 2, 1, bias=False)]
        layers += [nn.BatchNorm2d(features // 2), nn.ReLU(True)]
        features //= 2
    return nn.Sequential(*layers, nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=bias), nn.Tanh())


def discriminator_stack(width, size, channels, bias):
    """Strided convolutions from size x size to one logit."""
    layers, features = [nn.Conv2d(channels, width, 4, 2, 1, bias=bias), nn.LeakyReLU(0.2, True)], width
    while features < width * size // 8:
        layers += [nn.Conv2d(features, features * 2, 4, 2, 1, bias=False)]
        layers += [nn.BatchNorm2d(features * 2), nn.LeakyReLU(0.2, True)]
        features *= 2
    return nn.Sequential(*layers, nn.Conv2d(features, 1, 4, 1, 0, bias=bias))


class Generator(nn.Module):
    """`dcgan64` (classes = 0), or `cgan32`, whose class embedding is concatenated to z."""

    def __init__(self, size, channels, classes=0, bias=False, latent=100, embedding=50, width=64):
        super().__init__()
        self.embedding = nn.Embedding(classes, embedding) if classes else None
        self.main = generator_stack(latent + (embedding if classes else 0), width, size, channels, bias)

    def forward(self, z, labels=None):
        if self.embedding is not None:
            z = torch.cat([z, self.embedding(labels)], 1)
        return self.main(z[:, :, None, None])


class Discriminator(nn.Module):
    """`dcgan64` (classes = 0), or `cgan32`, which sees the class as one more plane of the image."""

    def __init__(self, size, channels, classes=0, bias=False, width=64):
        super().__init__()
        self.size = size
        self.embedding = nn.Embedding(classes, size * size) if classes else None
        self.main = discriminator_stack(width, size, channels + (1 if classes else 0), bias)

    def forward(self, x, labels=None):
        if self.embedding is not None:
            x = torch.cat([x, self.embedding(labels).view(-1, 1, self.size, self.size)], 1)
        return self.main(x).flatten()


class Trainer:
    """A pair of networks, their optimizers and the step: one discriminator update, then one generator update.

    The fake batch is generated once. The discriminator's parameters do not ask for gradients while the generator
    learns, which is the fastest way to write this step. `bias` is for the convolutions that no normalization follows.
    """

    SHAPES = {'dcgan64': (64, 3, 0, 64), 'cgan32': (32, 1, 10, 128)}

    def __init__(self, workload, seed=0, channels_last=False, compiled=False, bias=False, bf16=False):
        self.size, self.channels, self.classes, self.batch = self.SHAPES[workload]
        torch.manual_seed(seed)
        layout = torch.channels_last if channels_last else torch.contiguous_format
        self.layout = layout
        self.bf16 = bf16
        self.generator = Generator(self.size, self.channels, self.classes, bias).apply(scaled_down_normal)
        self.discriminator = Discriminator(self.size, self.channels, self.classes, bias).apply(scaled_down_normal)
        self.generator.to(memory_format=layout)
        self.discriminator.to(memory_format=layout)
        options = {'lr': 2e-4, 'betas': (0.5, 0.999), 'fused': True}
        self.generator_optimizer = torch.optim.Adam(self.generator.parameters(), **options)
        self.discriminator_optimizer = torch.optim.Adam(self.discriminator.parameters(), **options)
        self.loss = nn.BCEWithLogitsLoss()
        self.generate, self.discriminate = self.generator, self.discriminator
        if compiled:
            self.generate, self.discriminate = torch.compile(self.generator), torch.compile(self.discriminator)

    def batch_of_noise(self):
        """Images and labels of the workload's shape."""
        images = torch.rand(self.batch, self.channels, self.size, self.size) * 2 - 1
        labels = torch.randint(0, self.classes, (self.batch,)) if self.classes else None
        return images.contiguous(memory_format=self.layout), labels

    def computing(self):
        return torch.autocast('cpu', torch.bfloat16, enabled=self.bf16)

    def step(self, images, labels=None):
        """Returns the three losses: real, fake, generator."""
        n = images.shape[0]
        images = images.contiguous(memory_format=self.layout)
        z = torch.randn(n, 100)
        fake_labels = torch.randint(0, self.classes, (n,)) if self.classes else None
        ones, zeros = torch.ones(n), torch.zeros(n)

        self.discriminator.requires_grad_(True)
        self.discriminator_optimizer.zero_grad(set_to_none=True)
        with self.computing():
            fake = self.generate(z, fake_labels)
            real_loss = self.loss(self.discriminate(images, labels), ones)
        real_loss.backward()
        with self.computing():
            fake_loss = self.loss(self.discriminate(fake.detach(), fake_labels), zeros)
        fake_loss.backward()
        self.discriminator_optimizer.step()

        self.discriminator.requires_grad_(False)
        self.generator_optimizer.zero_grad(set_to_none=True)
        with self.computing():
            generator_loss = self.loss(self.discriminate(fake, fake_labels), ones)
        generator_loss.backward()
        self.generator_optimizer.step()
        return real_loss, fake_loss, generator_loss
