"""One network with random weights, run by PyTorch and by atelier on the same image."""
import dataclasses
import pathlib
import struct
import subprocess
import sys
import typing
import zlib

import numpy
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'Fixtures' / 'ShippedModels'))
from pixels import read_png

NORMS = (torch.nn.LayerNorm, torch.nn.GroupNorm, torch.nn.modules.batchnorm._BatchNorm)
LINEAR = (torch.nn.modules.conv._ConvNd, torch.nn.Linear)


@dataclasses.dataclass
class Configuration:
    """What README.md says."""

    name: str
    make: typing.Callable
    inputs: int = 3
    scale: int = 4
    size: tuple = (37, 45)
    keys: tuple = ('params',)
    prefix: str = ''
    half: bool = False
    saved: typing.Callable = lambda state: state
    prepared: typing.Callable = lambda network: None
    tail: typing.Callable = None
    options: tuple = ()

    def network(self, seed):
        """The network with random weights and a result with contrast."""
        torch.manual_seed(seed)
        network = self.make().eval()
        with torch.no_grad():
            draw(network)
            self.prepared(network)
            give_contrast(network, self.tail or last_convolution, as_tensor(image(self.inputs, self.size)))
            if self.half:
                network.half().float()
        return network

    def save(self, network, path):
        state = {self.prefix + name: value.half() if self.half and value.is_floating_point() else value
                 for name, value in self.saved(dict(network.state_dict())).items()}
        for key in reversed(self.keys):
            state = {key: state}
        torch.save(state, path)

    def difference(self, atelier, seed, folder):
        """The largest difference in gray levels of 255, and the contrast of the expected image."""
        network = self.network(seed)
        samples = image(self.inputs, self.size)
        self.save(network, f'{folder}/network.pth')
        write_png(f'{folder}/in.png', samples)
        run = subprocess.run(
            [atelier, 'upscale', f'{folder}/in.png', '-m', f'{folder}/network.pth', '-o', f'{folder}/out.png',
             '--pre-pad', '0', '--keep-shift', '--quiet', *self.options], capture_output=True, text=True)
        if run.returncode:
            raise Failure(run.stderr.strip())
        with torch.no_grad():
            expected = network(as_tensor(samples))[0].clamp(0, 1).numpy().transpose(1, 2, 0)
        made = read_png(f'{folder}/out.png')
        ours = numpy.frombuffer(made.samples, '>u2').reshape(made.height, made.width, made.channels) / 65535
        if ours.shape != expected.shape:
            raise Failure(f'the result has the shape {ours.shape}, expected {expected.shape}')
        return float(numpy.abs(ours - expected).max() * 255), float(expected.std() * 255)


class Failure(Exception):
    """atelier made no image, or one of another size."""


def draw(network):
    """Gives random values to everything that is usually the same in a fresh network, and lets signals reach the end:
    PyTorch's usual weights have less than 0.6 of the deviation that keeps them.
    """
    known = set()
    for module in network.modules():
        own = dict(module.named_parameters(recurse=False))
        if isinstance(module, LINEAR):
            module.weight.mul_(1.7)
            if module.bias is not None:
                module.bias.normal_(0, 0.05)
        elif isinstance(module, NORMS):
            for name, value in own.items():
                value.uniform_(0.5, 1.5) if name == 'weight' else value.normal_(0, 0.1)
            if getattr(module, 'running_mean', None) is not None:
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)
        elif isinstance(module, torch.nn.PReLU):
            module.weight.uniform_(0.05, 0.4)
        else:
            # Tables of positions, layer scales, temperatures.
            for value in own.values():
                if id(value) not in known:
                    value.mul_(torch.empty_like(value).uniform_(0.7, 1.3)).add_(torch.randn_like(value) * 0.1)
        known.update(map(id, own.values()))


def last_convolution(network):
    return [module for module in network.modules() if isinstance(module, torch.nn.Conv2d)][-1]


def give_contrast(network, tail, x):
    """Scales the tail, so that what it adds to the image has a deviation of 0.15, and shifts the mean to 0.5."""
    tail = tail(network)
    weight, bias = tail.weight.clone(), tail.bias.clone()
    full = network(x)
    tail.weight.zero_()
    tail.bias.zero_()
    base = network(x)
    factor = 0.15 / float((full - base).std())
    tail.weight.copy_(weight * factor)
    tail.bias.copy_(bias * factor)
    mean = float(network(x).mean())
    tail.bias.add_(1)
    step = float(network(x).mean()) - mean
    tail.bias.add_((0.5 - mean) / step - 1)


def image(channels, size):
    """Shapes, gradients and noise in 16 bits, drawn from one seed: height, width, channels."""
    random = numpy.random.default_rng(5)
    height, width = size
    y, x = numpy.mgrid[0:height, 0:width] / numpy.array([[[height]], [[width]]])
    planes = numpy.stack([x, 1 - y, x * y, 0.4 + 0.6 * y], axis=-1) * 0.8 + 0.1
    planes[height // 4:height // 2, width // 3:width // 2] = (0.9, 0.25, 0.1, 1)
    planes += random.normal(0, 0.03, planes.shape)
    return (planes[..., :channels].clip(0, 1) * 65535).round().astype(numpy.uint16)


def as_tensor(samples):
    return torch.from_numpy((samples.transpose(2, 0, 1) / numpy.float32(65535)).astype(numpy.float32))[None]


def write_png(path, samples):
    height, width, channels = samples.shape

    def chunk(kind, body):
        return struct.pack('>I', len(body)) + kind + body + struct.pack('>I', zlib.crc32(kind + body))

    rows = b''.join(b'\0' + row.astype('>u2').tobytes() for row in samples)
    color = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    header = struct.pack('>IIBBBBB', width, height, 16, color, 0, 0, 0)
    pathlib.Path(path).write_bytes(
        b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))
