"""Trains the PyTorch twin that our class-conditional model is judged against, and samples 10,000 images.

    python twin.py --data /usr/share/datasets/fashion-mnist --out twin-run

The twin is the `cgan32` pair: binary cross-entropy, Adam 2e-4 with beta1 0.5, batches of 128, images padded from
28 to 32 with black. Its budget is a number of steps, so that the result does not depend on what else the machine
does meanwhile. Samples are written as IDX files, cropped back to 28x28, 1,000 of each class in class order, laid out as
Fashion-MNIST is, so that `atelier evaluate` reads them like any dataset.
"""

import argparse
import copy
import gzip
import json
import pathlib
import statistics
import struct
import time

import torch

from networks.dcgan import Trainer


def read_idx(path):
    """The unsigned bytes of a gzipped IDX file."""
    raw = gzip.open(path, 'rb').read()
    axes = raw[3]
    shape = struct.unpack(f'>{axes}I', raw[4 : 4 + 4 * axes])
    return torch.frombuffer(bytearray(raw[4 + 4 * axes :]), dtype=torch.uint8).reshape(shape)


def write_idx(path, values):
    """Writes unsigned bytes as a gzipped IDX file."""
    header = bytes([0, 0, 8, values.dim()]) + struct.pack(f'>{values.dim()}I', *values.shape)
    path.write_bytes(gzip.compress(header + bytes(values.contiguous().flatten().tolist()), 6))


def sample(generator, per_class, batch_statistics):
    """Images as bytes [10 * per_class, 28, 28] and labels, in class order."""
    random = torch.Generator().manual_seed(7)
    labels = torch.arange(10).repeat_interleave(per_class)
    z = torch.randn(len(labels), 100, generator=random)
    # Batches mix the classes: where batch statistics are used, they must be those of the mixture seen in training.
    order = torch.randperm(len(labels), generator=random)
    images = torch.empty(len(labels), 1, 32, 32)
    generator = copy.deepcopy(generator).train(batch_statistics)
    with torch.no_grad():
        for chosen in order.split(125):
            images[chosen] = generator(z[chosen], labels[chosen])
    return ((images[:, 0, 2:30, 2:30] + 1) * 127.5).round().clamp(0, 255).to(torch.uint8), labels.to(torch.uint8)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--data', default='/usr/share/datasets/fashion-mnist')
    parser.add_argument('--out', type=pathlib.Path, required=True)
    parser.add_argument('--steps', type=int, default=4860)
    parser.add_argument('--threads', type=int, default=torch.get_num_threads())
    parser.add_argument('--seed', type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    pixels = read_idx(f'{arguments.data}/train-images-idx3-ubyte.gz')
    labels = read_idx(f'{arguments.data}/train-labels-idx1-ubyte.gz').long()
    images = torch.full((len(pixels), 1, 32, 32), -1.0)
    images[:, 0, 2:30, 2:30] = pixels / 127.5 - 1
    trainer = Trainer('cgan32', seed=arguments.seed, channels_last=True, bias=True)
    times, waiting = [], torch.empty(0, dtype=torch.long)
    for step in range(1, arguments.steps + 1):
        start = time.perf_counter()
        if len(waiting) < trainer.batch:
            waiting = torch.randperm(len(images))
        chosen, waiting = waiting[: trainer.batch], waiting[trainer.batch :]
        losses = trainer.step(images[chosen], labels[chosen])
        times.append((time.perf_counter() - start) * 1e3)
        if step % 50 == 0:
            real, fake, generator = (round(loss.item(), 3) for loss in losses)
            median = round(statistics.median(times[-50:]), 1)
            print(
                json.dumps({'step': step, 'real': real, 'fake': fake, 'generator': generator, 'ms': median}), flush=True
            )
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(trainer.generator.state_dict(), arguments.out / 'generator.pt')
    for folder, batch_statistics in (('fashion-mnist-twin', False), ('fashion-mnist-twin-batch-statistics', True)):
        target = arguments.out / folder
        target.mkdir(exist_ok=True)
        values, classes = sample(trainer.generator, 1000, batch_statistics)
        write_idx(target / 'train-images-idx3-ubyte.gz', values)
        write_idx(target / 'train-labels-idx1-ubyte.gz', classes)
    print(json.dumps({'steps': arguments.steps, 'minutes': sum(times) / 60e3, 'median_ms': statistics.median(times)}))


if __name__ == '__main__':
    main()
