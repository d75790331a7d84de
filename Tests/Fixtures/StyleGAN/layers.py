"""The layers of StyleGAN2 and StyleGAN3, written from the papers (Karras et al. 2020, "Analyzing and improving the image
quality of StyleGAN"; 2021, "Alias-free generative adversarial networks").

Attributes and classes have the names that the programs' files contain. Nothing is fast here: kernels are modulated one
image at a time, and filters are applied to images with explicit zeros.
"""

import math

import torch
from torch import nn
from torch.nn import functional


class Persistent(nn.Module):
    """A module that is pickled as the programs pickle theirs: as a name, a source and a state."""

    def __reduce__(self):
        from torch_utils.persistence import _reconstruct_persistent_obj

        meta = {
            'type': 'class',
            'version': 6,
            'module_src': f'# The source of {type(self).__name__} would be here.\nraise SystemExit("executed")\n',
            'class_name': type(self).__name__,
            'state': self.__dict__,
        }
        return _reconstruct_persistent_obj, (meta,), None


def fill(network, random):
    """Gives every parameter and buffer that is not fixed a value that matters."""
    for name, value in list(network.named_parameters()) + list(network.named_buffers()):
        last = name.split('.')[-1]
        if last in ('resample_filter', 'up_filter', 'down_filter', 'transform'):
            continue
        drawn = torch.randn(value.shape, generator=random)
        if last == 'bias' and 'affine' in name:
            drawn = value + 0.3 * drawn
        elif last in ('bias', 'w_avg', 'noise_strength'):
            # The bias of a layer with a learning-rate multiplier is multiplied by it.
            drawn = 0.3 * drawn * (100 if 'mapping.fc' in name else 1)
        elif last == 'weight' and 'mapping.fc' in name:
            drawn = drawn * 100
        elif last == 'weight' and 'input.affine' in name:
            drawn = 0.3 * drawn
        elif last == 'magnitude_ema':
            drawn = 1 + 0.3 * drawn.abs()
        elif last in ('freqs', 'phases'):
            drawn = value
        value.data.copy_(drawn)


def normalized(x):
    return x / torch.sqrt((x * x).mean(1, keepdim=True) + 1e-8)


def rectified(x, slope=0.2, gain=math.sqrt(2), clamp=None):
    x = torch.where(x > 0, x, x * slope) * gain
    return x if clamp is None else x.clamp(-clamp, clamp)


def resampled(x, kernel, up=1, down=1, padding=(0, 0, 0, 0), gain=1.0):
    """Zeros between the pixels, space around them (left, right, above, below; negative cuts off), the filter in the
    sense of mathematics, and every `down`th pixel. The kernel is one- or two-dimensional; None is the identity."""
    n, c, h, w = x.shape
    wide = x.new_zeros(n, c, h * up, w * up)
    wide[:, :, ::up, ::up] = x
    wide = functional.pad(wide, padding)
    if kernel is None:
        kernel = x.new_ones(1, 1)
    if kernel.dim() == 1:
        kernel = torch.outer(kernel, kernel)
    kernel = kernel.to(x.dtype).flip([0, 1])[None, None] * gain
    y = functional.conv2d(wide.reshape(n * c, 1, *wide.shape[2:]), kernel)
    return y.reshape(n, c, *y.shape[2:])[:, :, ::down, ::down]


def modulated(weight, style, demodulated):
    """The kernel of one image."""
    kernel = weight * style[None, :, None, None]
    if demodulated:
        kernel = kernel / torch.sqrt((kernel * kernel).sum([1, 2, 3], keepdim=True) + 1e-8)
    return kernel


class FullyConnectedLayer(Persistent):
    def __init__(self, inputs, outputs, activation='linear', lr_multiplier=1.0, bias_init=0.0):
        super().__init__()
        self.in_features, self.out_features, self.activation = inputs, outputs, activation
        self.weight = nn.Parameter(torch.zeros(outputs, inputs))
        self.bias = nn.Parameter(torch.full([outputs], float(bias_init)))
        self.weight_gain, self.bias_gain = lr_multiplier / math.sqrt(inputs), lr_multiplier

    def forward(self, x):
        y = x @ (self.weight * self.weight_gain).t() + self.bias * self.bias_gain
        return rectified(y) if self.activation == 'lrelu' else y


class MappingNetwork(Persistent):
    def __init__(self, z_dim, c_dim, w_dim, num_layers):
        super().__init__()
        self.z_dim, self.c_dim, self.w_dim, self.num_layers = z_dim, c_dim, w_dim, num_layers
        if c_dim > 0:
            self.embed = FullyConnectedLayer(c_dim, w_dim)
        for index in range(num_layers):
            inputs = (z_dim + (w_dim if c_dim > 0 else 0)) if index == 0 else w_dim
            setattr(self, f'fc{index}', FullyConnectedLayer(inputs, w_dim, 'lrelu', 0.01))
        self.register_buffer('w_avg', torch.zeros(w_dim))

    def forward(self, z, c, psi=1.0):
        x = normalized(z)
        if self.c_dim > 0:
            x = torch.cat([x, normalized(self.embed(c))], 1)
        for index in range(self.num_layers):
            x = getattr(self, f'fc{index}')(x)
        return self.w_avg + psi * (x - self.w_avg)
