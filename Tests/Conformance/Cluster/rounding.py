"""How far rounding alone drives trainings apart under PyTorch: one process against two of DistributedDataParallel (gloo).

    python3 rounding.py --photos FOLDER [--steps 20] [--seed 3]

Trains a U-Net and a patch discriminator with instance normalization as pix2pix does (Isola et al. 2017), with Adam, on photos
and their outlines. Batches, weights and dropout are the same for one process and two, so losses differ by rounding only.
Prints a line of JSON: for each step the largest relative difference among the losses.
"""
import argparse
import glob
import json
import os
import tempfile

import torch
from PIL import Image
import torch.multiprocessing
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, interpolate, l1_loss
from torch.nn.parallel import DistributedDataParallel

BATCH, SIDE, WIDTH = 8, 32, 8


class Dropout(nn.Module):
    """Draws masks of the whole batch and takes the part of this process."""

    def __init__(self, rank, ranks):
        super().__init__()
        self.rank, self.ranks, self.random = rank, ranks, torch.Generator().manual_seed(5)

    def forward(self, x):
        mask = torch.rand((x.shape[0] * self.ranks, *x.shape[1:]), generator=self.random) >= 0.5
        return x * mask.chunk(self.ranks)[self.rank] * 2


class Level(nn.Module):
    def __init__(self, outer, inner, inside=None, dropout=None, outermost=False):
        super().__init__()
        down = [nn.Conv2d(3 if outermost else outer, inner, 4, 2, 1)]
        up = [nn.ReLU(), nn.ConvTranspose2d(inner * (2 if inside else 1), outer, 4, 2, 1)]
        if not outermost:
            down.insert(0, nn.LeakyReLU(0.2))
            up.append(nn.InstanceNorm2d(outer))
        if inside and not outermost:
            down.append(nn.InstanceNorm2d(inner))
        layers = down + ([inside] if inside else []) + up
        layers += [nn.Tanh()] if outermost else [dropout] if dropout else []
        self.outermost, self.layers = outermost, nn.Sequential(*layers)

    def forward(self, x):
        return self.layers(x) if self.outermost else torch.cat([x, self.layers(x)], 1)


def networks(rank, ranks, seed):
    torch.manual_seed(seed)
    wide = 8 * WIDTH
    inside = Level(wide, wide)
    inside = Level(4 * WIDTH, wide, inside, Dropout(rank, ranks))
    inside = Level(2 * WIDTH, 4 * WIDTH, inside)
    inside = Level(WIDTH, 2 * WIDTH, inside)
    generator = Level(3, WIDTH, inside, outermost=True)
    layers = [nn.Conv2d(6, WIDTH, 4, 2, 1), nn.LeakyReLU(0.2)]
    for width, stride in ((WIDTH, 2), (2 * WIDTH, 2), (4 * WIDTH, 1)):
        layers += [nn.Conv2d(width, 2 * width, 4, stride, 1), nn.InstanceNorm2d(2 * width), nn.LeakyReLU(0.2)]
    discriminator = nn.Sequential(*layers, nn.Conv2d(8 * WIDTH, 1, 4, 1, 1))
    for network in (generator, discriminator):
        for parameter in network.parameters():
            nn.init.normal_(parameter, 0, 0.02) if parameter.dim() > 1 else nn.init.zeros_(parameter)
    return generator, discriminator


def images(photos, step, rank, ranks):
    """Photos, and ink drawings of them: white but for their outlines."""
    real = []
    for number in range(step * BATCH, (step + 1) * BATCH):
        image = Image.open(photos[number % len(photos)]).convert("RGB").resize((SIDE, SIDE))
        real.append(torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).view(SIDE, SIDE, 3).permute(2, 0, 1))
    real = torch.stack(real).float() / 127.5 - 1
    gray = real.mean(1, keepdim=True)
    outlines = (gray - gray.roll(1, 2)).abs() + (gray - gray.roll(1, 3)).abs()
    drawn = torch.where(outlines > 0.3, -1.0, 1.0).expand(-1, 3, -1, -1)
    return [part.chunk(ranks)[rank].contiguous() for part in (drawn, real)]


def train(rank, ranks, photos, steps, seed, folder):
    torch.set_num_threads(1)
    generator, discriminator = networks(rank, ranks, seed)
    makes, tells = generator, discriminator
    if ranks > 1:
        torch.distributed.init_process_group("gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=ranks)
        makes, tells = DistributedDataParallel(generator), DistributedDataParallel(discriminator)
    learning = [torch.optim.Adam(network.parameters(), 2e-4, (0.5, 0.999)) for network in (generator, discriminator)]
    losses = []
    for step in range(steps):
        given, real = images(photos, step, rank, ranks)
        made = makes(given)
        # One pass over both, so that the gradients of the discriminator are averaged once.
        pairs = torch.cat([torch.cat([given, real], 1), torch.cat([given, made.detach()], 1)])
        on_real, on_made = tells(pairs).chunk(2)
        told = (binary_cross_entropy_with_logits(on_real, torch.ones_like(on_real))
                + binary_cross_entropy_with_logits(on_made, torch.zeros_like(on_made))) / 2
        learning[1].zero_grad()
        told.backward()
        learning[1].step()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(False)
        seen = discriminator(torch.cat([given, made], 1))
        fooled, far = binary_cross_entropy_with_logits(seen, torch.ones_like(seen)), l1_loss(made, real)
        learning[0].zero_grad()
        (fooled + 100 * far).backward()
        learning[0].step()
        for parameter in discriminator.parameters():
            parameter.requires_grad_(True)
        found = torch.stack([told.detach(), fooled.detach(), far.detach()]).double()
        if ranks > 1:
            torch.distributed.all_reduce(found)
        losses.append((found / ranks).tolist())
    if rank == 0:
        with open(os.path.join(folder, f"losses-{ranks}"), "w") as file:
            json.dump(losses, file)


def differences(photos, steps, seed):
    """For each step, the largest relative difference between the losses of one process and two."""
    with tempfile.TemporaryDirectory() as folder:
        for ranks in (1, 2):
            torch.multiprocessing.spawn(train, (ranks, photos, steps, seed, folder), nprocs=ranks)
        one, two = (json.load(open(os.path.join(folder, f"losses-{ranks}"))) for ranks in (1, 2))
    return [max(abs(a - b) / abs(a) for a, b in zip(*pair)) for pair in zip(one, two)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--seed", type=int, default=3, help="of the weights")
    asked = parser.parse_args()
    photos = sorted(glob.glob(os.path.join(asked.photos, "**", "*.*"), recursive=True))
    print(json.dumps(differences(photos, asked.steps, asked.seed)))
