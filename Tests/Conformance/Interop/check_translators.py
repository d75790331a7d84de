"""Generators that PyTorch made, through `atelier translate`: the same image to one gray level in 255.

    python3 Tests/Conformance/Interop/check_translators.py [--atelier .build/release/atelier] [--ngf 64] [--only unet_256]

unet_256, unet_128, resnet_9blocks (and the last with batch normalization) with random weights, under the names that
pytorch-CycleGAN-and-pix2pix gives them, each as .pth in today's and in the older format and as .safetensors, each with
running and with the image's own statistics. Needs torch, numpy, Pillow and safetensors.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "Fixtures" / "ForeignWeights"))
from networks import ResnetGenerator, UnetGenerator

parser = argparse.ArgumentParser()
parser.add_argument("--atelier", default=".build/release/atelier")
parser.add_argument("--ngf", type=int, default=64)
parser.add_argument("--only", help="one network")
asked = parser.parse_args()

NETWORKS = {
    "unet_256": (lambda: UnetGenerator(3, 3, 8, asked.ngf), 256, 3),
    "unet_128": (lambda: UnetGenerator(1, 3, 7, asked.ngf), 128, 1),
    "resnet_9blocks": (lambda: ResnetGenerator(3, 3, asked.ngf, 9), 256, 3),
    "resnet_9blocks-batch": (lambda: ResnetGenerator(3, 3, asked.ngf, 9, norm="batch"), 256, 3),
}


def fill(network, channels, side):
    """Weights as training begins with, and running statistics of a few passes, with images that use all levels."""
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(layer.weight, 0, 0.02)
            if layer.bias is not None:
                nn.init.normal_(layer.bias, 0, 0.02)
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1, 0.02)
            nn.init.normal_(layer.bias, 0, 0.02)
            layer.momentum = None  # the mean of all passes
    last = [layer for layer in network.modules() if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d))][-1]
    last.weight.mul_(4)
    network.train()
    for seed in range(12):
        network(torch.tensor(image(channels, side, seed)))


def image(channels, side, seed):
    """Blobs, edges and noise in [-1, 1] on the grid of 255 levels."""
    noise = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:side, 0:side] / side
    planes = []
    for _ in range(channels):
        a, b, c = noise.uniform(2, 12, 3)
        plane = numpy.sin(a * x + b * y) + numpy.sign(numpy.sin(c * x * y * 4)) / 2 + noise.normal(0, 0.1, x.shape)
        planes.append(numpy.clip(numpy.round((plane / 3 + 0.5) * 255), 0, 255))
    return (numpy.stack(planes)[None] / 127.5 - 1).astype(numpy.float32)


def levels(values):
    """Samples of an image file."""
    return numpy.clip(numpy.round((values + 1) * 127.5), 0, 255).astype(numpy.uint8)


def save(network, path):
    """In the format that the ending says."""
    state = network.state_dict()
    if path.endswith(".safetensors"):
        save_file({name: tensor.contiguous() for name, tensor in state.items()}, path)
    else:
        torch.save(state, path, _use_new_zipfile_serialization=not path.endswith("-legacy.pth"))


failures = 0
torch.manual_seed(7)
with tempfile.TemporaryDirectory() as work, torch.no_grad():
    for name, (make, side, channels) in NETWORKS.items():
        if asked.only not in (None, name):
            continue
        network = make()
        fill(network, channels, side)
        x = image(channels, side, 99)
        samples = levels(x)[0].transpose(1, 2, 0)
        Image.fromarray(samples[:, :, 0] if channels == 1 else samples).save(f"{work}/in.png")
        expected = {}
        for statistics in ("running", "image"):
            network.train(statistics == "image")
            kept = {key: value.clone() for key, value in network.state_dict().items()}
            expected[statistics] = network(torch.tensor(x)).numpy()[0]
            network.load_state_dict(kept)
        for ending in (".pth", "-legacy.pth", ".safetensors"):
            file = f"{work}/{name}{ending}"
            save(network, file)
            for statistics, answer in expected.items():
                command = [asked.atelier, "translate", f"{work}/in.png", "-m", file, "-o", f"{work}/out.png",
                           "--statistics", statistics, "--quiet"]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode:
                    print(f"FAILED {name}{ending} {statistics}: {done.stderr.strip()}")
                    failures += 1
                    continue
                made = numpy.asarray(Image.open(f"{work}/out.png")).transpose(2, 0, 1).astype(int)
                off = numpy.abs(made - levels(answer).astype(int))
                good = off.max() <= 1
                print(f"{'ok    ' if good else 'FAILED'} {name}{ending} {statistics}: at most {off.max()} levels off, "
                      f"{(off > 0).mean():.2%} of the samples; values spread over {answer.std() * 127.5:.0f} levels",
                      flush=True)
                failures += not good
            os.remove(file)
sys.exit(1 if failures else 0)
