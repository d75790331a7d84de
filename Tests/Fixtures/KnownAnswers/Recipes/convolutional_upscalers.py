"""Convolutional upscalers of the community, small, built by the package spandrel (MIT, from PyPI): output and gradient
with respect to the input. Values that spandrel computes when a network is made (`eval_conv`) are drawn like all others,
so a network that reads them instead of computing them gives another answer.

    pip install spandrel
"""

from spandrel.architectures.MoSR import MoSR
from spandrel.architectures.PLKSR import PLKSR, RealPLKSR
from spandrel.architectures.RCAN import RCAN
from spandrel.architectures.RealCUGAN import UpCunet2x, UpCunet2x_fast, UpCunet3x, UpCunet4x
from spandrel.architectures.SPAN import SPAN

from .drawn_weights import fill
from .group import Group


def span(**sizes):
    return SPAN(num_in_ch=3, num_out_ch=3, **sizes)


def put(g, case, network, shape):
    if hasattr(network, 'mean'):
        network.mean = network.mean.double()
    names = fill(network.double())
    network.eval()
    for part in network.modules():
        # In evaluation these write over their input, through which no gradient flows then.
        part.train(type(part).__name__ == 'PLKConv2d')
    listed = ' '.join(f'{name}:{"x".join(map(str, size))}' for name, size in names.items())
    g.differentiate(case, case.split('.')[0], {'training': False, 'state': listed},
                    {'input': g.normal(*shape)}, lambda input: network(input * 1))


def make():
    g = Group('convolutionalUpscalers', 120)

    put(g, 'span.x4', span(feature_channels=4, upscale=4), (2, 3, 6, 5))
    put(g, 'span.x2.plain', span(feature_channels=5, upscale=2, norm=False), (1, 3, 7, 4))
    plk = dict(dim=8, n_blocks=2, kernel_size=5)
    put(g, 'realplksr.x4', RealPLKSR(upscaling_factor=4, **plk), (2, 3, 6, 5))
    put(g, 'realplksr.x2.norm', RealPLKSR(upscaling_factor=2, layer_norm=True, **plk), (1, 3, 5, 7))
    put(g, 'realplksr.x4.dysample', RealPLKSR(upscaling_factor=4, dysample=True, **plk), (2, 3, 4, 5))
    put(g, 'realplksr.x3.dysample', RealPLKSR(upscaling_factor=3, dysample=True, layer_norm=True, **plk), (1, 3, 4, 5))
    put(g, 'realplksr.x1.dysample', RealPLKSR(upscaling_factor=1, dysample=True, use_ea=False, **plk), (1, 3, 6, 5))
    put(g, 'plksr.x4', PLKSR(upscaling_factor=4, **plk), (2, 3, 6, 5))
    put(g, 'plksr.x2.second', PLKSR(upscaling_factor=2, ccm_type='ICCM', use_ea=False, **plk), (1, 3, 6, 5))
    put(g, 'plksr.x3.both', PLKSR(upscaling_factor=3, ccm_type='DCCM', split_ratio=0.5, **plk), (1, 3, 6, 5))
    gated = dict(n_block=2, dim=8, kernel_size=5)
    put(g, 'mosr.x4', MoSR(upscale=4, **gated), (2, 3, 6, 5))
    put(g, 'mosr.x2.dysample', MoSR(upscale=2, upsampler='dys', conv_ratio=1.5, **gated), (1, 3, 6, 5))
    put(g, 'mosr.x3.ensemble', MoSR(upscale=3, upsampler='gps', **gated), (1, 3, 4, 5))
    deep = dict(n_resgroups=2, n_resblocks=2, n_feats=8, reduction=4)
    put(g, 'rcan.x4', RCAN(scale=4, **deep), (2, 3, 6, 5))
    put(g, 'rcan.x3.plain', RCAN(scale=3, norm=False, n_colors=1, **deep), (1, 1, 6, 5))
    put(g, 'rcan.x2.unshuffled', RCAN(scale=2, unshuffle_mod=True, **deep), (1, 3, 6, 4))
    put(g, 'rcan.x1.unshuffled', RCAN(scale=1, unshuffle_mod=True, norm=False, **deep), (1, 3, 8, 4))
    put(g, 'cugan.x2', UpCunet2x(), (1, 3, 22, 20))
    put(g, 'cugan.x2.pro', UpCunet2x(pro=True), (1, 3, 20, 21))
    put(g, 'cugan.x3', UpCunet3x(), (1, 3, 19, 20))
    put(g, 'cugan.x4.pro', UpCunet4x(in_channels=1, out_channels=1, pro=True), (1, 1, 20, 21))
    put(g, 'cugan.x2.fast', UpCunet2x_fast(in_channels=1, out_channels=1), (1, 1, 40, 40))
    g.write()
