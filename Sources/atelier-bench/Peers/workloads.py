"""The rows of the benchmark: what is computed, how much arithmetic it takes, what is aimed at."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str
    trains: bool
    text: str
    gmac: float  # Billions of multiplications with additions, written as plain convolutions.
    target: float  # The largest share of the best float32 peer's time that is aimed at.
    half_target: float  # The same in bfloat16.
    size: int = 0  # The side of the input, if it is an image.
    peers: tuple = ('onnxruntime', 'openvino', 'ncnn')  # Beside PyTorch, in inference.
    modes: tuple = ('channels_last', 'contiguous')  # Of PyTorch.


# Rows that PyTorch alone runs beside ours, also compiled.
TODAY = {'peers': (), 'modes': ('channels_last', 'contiguous', 'compiled')}

# Upscalers of public checkpoints. Our writer of ncnn's files does not know their layers.
PUBLIC = {'peers': ('onnxruntime', 'openvino'), 'modes': ('channels_last', 'contiguous', 'compiled')}

WORKLOADS = (
    Workload('dcgan64', True, 'DCGAN 64×64×3, nz 100, ngf = ndf = 64, batch 64', 73.2, 0.5, 0.7),
    Workload('cgan32', True, 'class-conditional DCGAN 32×32×1, 10 classes, ngf = ndf = 64, batch 128', 24.5, 0.5, 0.7),
    Workload(
        'pix2pix',
        True,
        'U-Net of 8 levels (ngf 64, dropout) and 70×70 patch discriminator, 256×256, batch 1, cross-entropy + 100·L1',
        43.6,
        0.5,
        0.7,
    ),
    Workload(
        'srgan',
        True,
        'SRResNet ×4 (16 blocks, 64 features, batch norm, PReLU) and SRGAN discriminator, crops of 96×96, batch 16, '
        'L1 + cross-entropy',
        174.5,
        0.5,
        0.7,
    ),
    Workload(
        'stylegan2',
        True,
        'StyleGAN2 128×128×3, 8192 / size channels, 2 mapping layers, batch 8, with the shares of path length (every 4 '
        'steps) and R1 (every 16), no augmentation',
        400.5,
        0.5,
        0.7,
        **TODAY,
    ),
    Workload(
        'r3gan',
        True,
        'R3GAN 64×64×3, a quarter of the width, batch 32, R1 and R2 in every step, no augmentation',
        1210.4,
        0.5,
        0.7,
        **TODAY,
    ),
    Workload(
        'fastgan',
        True,
        'FastGAN 128×128×3, ngf 64, discriminators in the features of EfficientNet-Lite0, batch 8, no augmentation',
        140.1,
        0.5,
        0.7,
        **TODAY,
    ),
    Workload('unet256', False, 'U-Net of 8 levels, ngf 64, 256×256, batch 1', 6.05, 0.9, 0.8, 256),
    Workload('srvgg', False, 'SRVGGNetCompact ×4, 16 convolutions, 64 features, 256×256 in', 40.6, 0.55, 0.8, 256),
    Workload('rrdb', False, 'RRDBNet ×4, 23 blocks, 128×128 in', 293.7, 0.6, 0.8, 128),
    Workload('span48', False, 'SPAN ×4, 48 features, 256×256 in', 27.9, 0.5, 0.8, 256, **PUBLIC),
    Workload('realplksr', False, 'RealPLKSR ×4, 28 blocks, 64 features, 128×128 in', 120.9, 0.5, 0.8, 128, **PUBLIC),
    Workload('swinir-m', False, 'SwinIR ×4 of medium size, 64×64 in', 53.6, 0.7, 0.8, 64, **PUBLIC),
    Workload('dat-2', False, 'DAT-2 ×4, 64×64 in', 53.7, 0.7, 0.8, 64, **PUBLIC),
    Workload('hat-l', False, 'HAT ×4 with twelve groups, 64×64 in', 203.0, 0.7, 0.8, 64, **PUBLIC),
    Workload('stylegan2-images', False, 'the generator of `stylegan2`, constant noise, batch 8', 29.9, 0.4, 0.7, **TODAY),
    Workload('r3gan-images', False, 'the generator of `r3gan`, batch 32', 37.0, 0.4, 0.7, **TODAY),
    Workload('fastgan-images', False, 'the generator of `fastgan`, batch 8', 43.8, 0.4, 0.7, **TODAY),
)


@dataclasses.dataclass(frozen=True)
class Contender:
    """One way of doing a row: a library in one of its modes."""

    peer: str
    mode: str = 'default'

    @property
    def name(self):
        names = {
            'atelier': 'Atelier',
            'pytorch': 'PyTorch',
            'onnxruntime': 'ONNX Runtime',
            'openvino': 'OpenVINO',
            'ncnn': 'ncnn',
        }
        return names[self.peer]

    def __str__(self):
        return self.name if self.mode == 'default' else f'{self.name} {self.mode}'


ATELIER = Contender('atelier')


def peers(workload, precision):
    """Who else can do a row. ONNX Runtime has no bfloat16 convolutions for processors."""
    modes = [Contender('pytorch', mode) for mode in workload.modes]
    if workload.trains or not workload.peers:
        return modes
    if precision == 'bf16':
        return [modes[0], Contender('openvino'), Contender('ncnn')]
    return [*modes, *(Contender(peer) for peer in workload.peers)]
