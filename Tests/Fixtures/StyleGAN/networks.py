"""StyleGAN2's and StyleGAN3's generators, written from the papers, with the names of the programs' files."""

import math

import torch
from layers import FullyConnectedLayer, MappingNetwork, Persistent, modulated, rectified, resampled
from torch import nn
from torch.nn import functional

FILTER = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8


class StyleGAN2Layer(Persistent):
    def __init__(self, inputs, outputs, w_dim, resolution, up, conv_clamp):
        super().__init__()
        self.resolution, self.up, self.conv_clamp = resolution, up, conv_clamp
        self.register_buffer('resample_filter', torch.outer(FILTER, FILTER))
        self.affine = FullyConnectedLayer(w_dim, inputs, bias_init=1)
        self.weight = nn.Parameter(torch.zeros(outputs, inputs, 3, 3))
        self.register_buffer('noise_const', torch.zeros(resolution, resolution))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x, w, gain=1.0):
        parts = []
        for image, style in zip(x.split(1), self.affine(w)):
            kernel = modulated(self.weight, style, True)
            if self.up == 2:
                y = functional.conv_transpose2d(image, kernel.transpose(0, 1), stride=2)
                parts.append(resampled(y, self.resample_filter, padding=(1, 1, 1, 1), gain=4))
            else:
                parts.append(functional.conv2d(image, kernel, padding=1))
        y = torch.cat(parts) + self.noise_const * self.noise_strength + self.bias[None, :, None, None]
        clamp = None if self.conv_clamp is None else self.conv_clamp * gain
        return rectified(y, gain=math.sqrt(2) * gain, clamp=clamp)


class StyleGAN2ToRGB(Persistent):
    def __init__(self, inputs, channels, w_dim, conv_clamp):
        super().__init__()
        self.conv_clamp = conv_clamp
        self.affine = FullyConnectedLayer(w_dim, inputs, bias_init=1)
        self.weight = nn.Parameter(torch.zeros(channels, inputs, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x, w):
        styles = self.affine(w) / math.sqrt(self.weight.shape[1])
        parts = [functional.conv2d(image, modulated(self.weight, style, False)) for image, style in zip(x.split(1), styles)]
        y = torch.cat(parts) + self.bias[None, :, None, None]
        return y if self.conv_clamp is None else y.clamp(-self.conv_clamp, self.conv_clamp)


class StyleGAN2Block(Persistent):
    def __init__(self, inputs, outputs, channels, w_dim, resolution, conv_clamp):
        super().__init__()
        self.register_buffer('resample_filter', torch.outer(FILTER, FILTER))
        if inputs is None:
            self.const = nn.Parameter(torch.zeros(outputs, resolution, resolution))
        else:
            self.conv0 = StyleGAN2Layer(inputs, outputs, w_dim, resolution, 2, conv_clamp)
        self.conv1 = StyleGAN2Layer(outputs, outputs, w_dim, resolution, 1, conv_clamp)
        self.torgb = StyleGAN2ToRGB(outputs, channels, w_dim, conv_clamp)

    def forward(self, x, image, w):
        x = self.const[None].repeat(len(w), 1, 1, 1) if x is None else self.conv0(x, w)
        x = self.conv1(x, w)
        if image is not None:
            image = resampled(image, self.resample_filter, up=2, padding=(2, 1, 2, 1), gain=4)
        rgb = self.torgb(x, w)
        return x, rgb if image is None else image + rgb


class StyleGAN2Synthesis(Persistent):
    def __init__(self, w_dim, img_resolution, img_channels, channel_base, channel_max, conv_clamp):
        super().__init__()
        self.block_resolutions = [2**k for k in range(2, int(math.log2(img_resolution)) + 1)]
        inputs = None
        for r in self.block_resolutions:
            outputs = min(channel_base // r, channel_max)
            setattr(self, f'b{r}', StyleGAN2Block(inputs, outputs, img_channels, w_dim, r, conv_clamp))
            inputs = outputs

    def forward(self, w):
        x = image = None
        for r in self.block_resolutions:
            x, image = getattr(self, f'b{r}')(x, image, w)
        return image


class StyleGAN2Generator(Persistent):
    def __init__(self, kwargs):
        super().__init__()
        self._init_args, self._init_kwargs = (), kwargs
        self.z_dim, self.c_dim, self.w_dim = kwargs['z_dim'], kwargs['c_dim'], kwargs['w_dim']
        sizes = kwargs['synthesis_kwargs']
        self.synthesis = StyleGAN2Synthesis(
            self.w_dim, kwargs['img_resolution'], kwargs['img_channels'], sizes['channel_base'],
            sizes['channel_max'], sizes['conv_clamp'])
        self.mapping = MappingNetwork(self.z_dim, self.c_dim, self.w_dim, kwargs['mapping_kwargs']['num_layers'])

    def forward(self, z, c=None, psi=1.0):
        return self.synthesis(self.mapping(z, c, psi))


def lowpass(taps, cutoff, width, rate, radial):
    """A Kaiser-windowed sinc (jinc, if radial) whose transition band has a width."""
    if taps == 1:
        return None
    attenuation = 2.285 * (taps - 1) * math.pi * width / (rate / 2) + 7.95
    beta = 0.1102 * (attenuation - 8.7) if attenuation > 50 else (
        0.5842 * (attenuation - 21) ** 0.4 + 0.07886 * (attenuation - 21) if attenuation > 21 else 0.0)
    t = (torch.arange(taps, dtype=torch.float64) - (taps - 1) / 2) / rate
    window = torch.kaiser_window(taps, periodic=False, beta=beta, dtype=torch.float64)
    if not radial:
        kernel = torch.sinc(2 * cutoff * t) * window
    else:
        r = torch.hypot(t[:, None], t[None, :])
        kernel = torch.special.bessel_j1(2 * math.pi * cutoff * r) / (math.pi * r) * torch.outer(window, window)
    return (kernel / kernel.sum()).float()


class SynthesisInput(Persistent):
    def __init__(self, w_dim, channels, size, sampling_rate, bandwidth, random):
        super().__init__()
        self.size, self.sampling_rate, self.bandwidth = size, sampling_rate, bandwidth
        freqs = torch.randn([channels, 2], generator=random)
        radii = freqs.norm(dim=1, keepdim=True)
        freqs = freqs / (radii * torch.exp(radii**2) ** 0.25) * bandwidth
        self.weight = nn.Parameter(torch.zeros(channels, channels))
        self.affine = FullyConnectedLayer(w_dim, 4)
        self.affine.bias.data.copy_(torch.tensor([1.0, 0, 0, 0]))
        self.register_buffer('transform', torch.eye(3))
        self.register_buffer('freqs', freqs)
        self.register_buffer('phases', torch.rand([channels], generator=random) - 0.5)

    def forward(self, w):
        images = []
        for a, b, x, y in self.affine(w):
            norm = torch.hypot(a, b)
            a, b, x, y = a / norm, b / norm, x / norm, y / norm
            one, zero = torch.ones_like(a), torch.zeros_like(a)
            rotation = torch.stack([a, -b, zero, b, a, zero, zero, zero, one]).reshape(3, 3)
            translation = torch.stack([one, zero, -x, zero, one, -y, zero, zero, one]).reshape(3, 3)
            transform = rotation @ translation @ self.transform
            phases = self.phases + self.freqs @ transform[:2, 2]
            freqs = self.freqs @ transform[:2, :2]
            amplitudes = (
                1 - (freqs.norm(dim=1) - self.bandwidth) / (self.sampling_rate / 2 - self.bandwidth)).clamp(0, 1)
            # The centers of the pixels in units of the final image.
            place = (torch.arange(self.size, dtype=w.dtype) + 0.5 - self.size / 2) / self.sampling_rate
            angle = place[None, :, None] * freqs[:, 0] + place[:, None, None] * freqs[:, 1] + phases
            waves = torch.sin(2 * math.pi * angle) * amplitudes
            images.append(waves @ (self.weight / math.sqrt(self.weight.shape[0])).t())
        return torch.stack(images).permute(0, 3, 1, 2)


class StyleGAN3Layer(Persistent):
    def __init__(self, w_dim, torgb, critical, inputs, outputs, before, after, sizes):
        super().__init__()
        self.is_torgb, self.conv_clamp = torgb, sizes['conv_clamp']
        taps, self.conv_kernel = sizes['filter_size'], 1 if torgb else sizes['conv_kernel']
        middle = max(before['rate'], after['rate']) * (1 if torgb else sizes['lrelu_upsampling'])
        self.up_factor, self.down_factor = round(middle / before['rate']), round(middle / after['rate'])
        up_taps = taps * self.up_factor if self.up_factor > 1 and not torgb else 1
        down_taps = taps * self.down_factor if self.down_factor > 1 and not torgb else 1
        self.affine = FullyConnectedLayer(w_dim, inputs, bias_init=1)
        self.weight = nn.Parameter(torch.zeros(outputs, inputs, self.conv_kernel, self.conv_kernel))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.register_buffer('magnitude_ema', torch.ones([]))
        radial = sizes['use_radial_filters'] and not critical
        self.register_buffer(
            'up_filter', lowpass(up_taps, before['cutoff'], before['half_width'] * 2, middle, False))
        self.register_buffer(
            'down_filter', lowpass(down_taps, after['cutoff'], after['half_width'] * 2, middle, radial))
        total = (after['size'] - 1) * self.down_factor + 1
        total -= (before['size'] + self.conv_kernel - 1) * self.up_factor
        total += up_taps + down_taps - 2
        low = (total + self.up_factor) // 2
        self.padding = [low, total - low, low, total - low]

    def forward(self, x, w):
        styles = self.affine(w)
        if self.is_torgb:
            styles = styles / math.sqrt(self.weight[0].numel())
        gain = 1 / torch.sqrt(self.magnitude_ema)
        parts = [
            functional.conv2d(image, modulated(self.weight, style, not self.is_torgb) * gain, padding=self.conv_kernel - 1)
            for image, style in zip(x.split(1), styles)
        ]
        y = torch.cat(parts) + self.bias[None, :, None, None]
        y = resampled(y, self.up_filter, up=self.up_factor, padding=self.padding, gain=self.up_factor**2)
        slope, gain = (1, 1) if self.is_torgb else (0.2, math.sqrt(2))
        return resampled(rectified(y, slope, gain, self.conv_clamp), self.down_filter, down=self.down_factor)


class StyleGAN3Synthesis(Persistent):
    def __init__(self, w_dim, resolution, channels, random, sizes):
        super().__init__()
        count, critical = sizes['num_layers'], sizes['num_critical']
        last = resolution / 2
        shares = [min(index / (count - critical), 1) for index in range(count + 1)]
        cutoffs = [sizes['first_cutoff'] * (last / sizes['first_cutoff']) ** share for share in shares]
        stops = [
            sizes['first_stopband'] * (last * sizes['last_stopband_rel'] / sizes['first_stopband']) ** share
            for share in shares
        ]
        rates = [2 ** math.ceil(math.log2(min(stop * 2, resolution))) for stop in stops]
        widths = [min(sizes['channel_base'] / 2 / cutoff, sizes['channel_max']) for cutoff in cutoffs]
        widths = [round(width) for width in widths[:-1]] + [channels]
        ends = [rate + 2 * sizes['margin_size'] for rate in rates[:-2]] + [resolution] * 2
        levels = [
            {'cutoff': cutoff, 'rate': rate, 'half_width': max(stop, rate / 2) - cutoff, 'size': size}
            for cutoff, stop, rate, size in zip(cutoffs, stops, rates, ends)
        ]
        self.output_scale = sizes['output_scale']
        self.input = SynthesisInput(w_dim, widths[0], ends[0], rates[0], cutoffs[0], random)
        self.layer_names = []
        for index in range(count + 1):
            before = max(index - 1, 0)
            layer = StyleGAN3Layer(
                w_dim, index == count, index >= count - critical, widths[before], widths[index], levels[before],
                levels[index], sizes)
            self.layer_names.append(f'L{index}_{ends[index]}_{widths[index]}')
            setattr(self, self.layer_names[-1], layer)

    def forward(self, w):
        x = self.input(w)
        for name in self.layer_names:
            x = getattr(self, name)(x, w)
        return x * self.output_scale


class StyleGAN3Generator(Persistent):
    DEFAULTS = {
        'channel_base': 32768, 'channel_max': 512, 'num_layers': 14, 'num_critical': 2, 'first_cutoff': 2,
        'first_stopband': 2**2.1, 'last_stopband_rel': 2**0.3, 'margin_size': 10, 'output_scale': 0.25,
        'conv_kernel': 3, 'filter_size': 6, 'lrelu_upsampling': 2, 'use_radial_filters': False, 'conv_clamp': 256,
    }

    def __init__(self, kwargs, random):
        super().__init__()
        self._init_args, self._init_kwargs = (), kwargs
        self.mapping = MappingNetwork(
            kwargs['z_dim'], kwargs['c_dim'], kwargs['w_dim'], kwargs['mapping_kwargs'].get('num_layers', 2))
        self.synthesis = StyleGAN3Synthesis(
            kwargs['w_dim'], kwargs['img_resolution'], kwargs['img_channels'], random, self.DEFAULTS | kwargs)

    def forward(self, z, c=None, psi=1.0):
        return self.synthesis(self.mapping(z, c, psi))
