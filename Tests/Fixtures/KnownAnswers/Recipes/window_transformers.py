"""SwinIR, HAT, DRCT and SRFormer, small, as spandrel builds them: output and gradient with respect to the input."""

from spandrel.architectures.DRCT import DRCT
from spandrel.architectures.HAT import HAT
from spandrel.architectures.SwinIR import SwinIR
from spandrel_extra_arches.architectures.SRFormer import SRFormer

from .drawn_weights import drawn
from .group import Group


def is_constant(name):
    last = name.split('.')[-1]
    return 'relative_position_index' in last or last == 'attn_mask'


def fill(network):
    """Gives a network its drawn weights, and leaves tables of positions and masks; returns names and shapes."""
    shapes, state = {}, network.state_dict()
    for name, value in state.items():
        if is_constant(name):
            continue
        shapes[name] = tuple(value.shape)
        value.copy_(drawn(name, shapes[name]))
    network.load_state_dict(state)
    return shapes


def make():
    g = Group('windowTransformers', 121)

    def add(case, network, shape):
        network = network.double().eval()
        listed = ' '.join(f'{name}:{"x".join(map(str, size))}' for name, size in fill(network).items())
        g.differentiate(case, case.split('.')[0], {'training': False, 'state': listed},
                        {'input': g.uniform(*shape)}, lambda input: network(input))

    def swinir(**settings):
        usual = dict(img_size=16, embed_dim=8, depths=[2, 2], num_heads=[2, 2], window_size=4, mlp_ratio=2)
        return SwinIR(**usual | settings)

    add('swinir.x4', swinir(upscale=4, upsampler='pixelshuffle'), (1, 3, 8, 4))
    add('swinir.x3', swinir(upscale=3, upsampler='pixelshuffle', depths=[3], num_heads=[4]), (2, 3, 4, 8))
    add('swinir.light', swinir(upscale=2, upsampler='pixelshuffledirect', in_chans=1), (1, 1, 12, 8))
    add('swinir.real', swinir(upscale=4, upsampler='nearest+conv', resi_connection='3conv'), (1, 3, 8, 8))
    add('swinir.x8', swinir(upscale=8, upsampler='nearest+conv', patch_norm=False, qkv_bias=False), (1, 3, 4, 4))
    add('swinir.unshuffled', swinir(upscale=4, upsampler='nearest+conv', start_unshuffle=2), (1, 3, 16, 8))
    add('swinir.jpeg', swinir(img_size=28, window_size=7, img_range=255.0, in_chans=1), (1, 1, 14, 7))
    add('swinir.color', swinir(mlp_ratio=1.5), (1, 3, 8, 8))

    def hat(**settings):
        usual = dict(img_size=16, embed_dim=12, depths=[2, 2], num_heads=[2, 2], window_size=4, mlp_ratio=2,
                     compress_ratio=3, squeeze_factor=4, overlap_ratio=0.5, upscale=2, num_feat=16)
        return HAT(**usual | settings)

    add('hat.x2', hat(), (1, 3, 8, 12))
    add('hat.x4', hat(upscale=4, overlap_ratio=1, qkv_bias=False, depths=[3], num_heads=[3], in_chans=1), (1, 1, 8, 4))
    add('hat.identity', hat(upscale=3, resi_connection='identity', compress_ratio=2, squeeze_factor=6), (1, 3, 4, 8))

    def drct(**settings):
        usual = dict(img_size=16, embed_dim=12, depths=[6, 6], num_heads=[3, 3], window_size=4, mlp_ratio=2, gc=4,
                     upscale=2, upsampler='pixelshuffle')
        return DRCT(**usual | settings)

    add('drct.x2', drct(), (1, 3, 8, 12))
    add('drct.x4', drct(upscale=4, depths=[6], num_heads=[2], gc=6, in_chans=1, mlp_ratio=1.5), (1, 1, 8, 4))

    def srformer(**settings):
        usual = dict(img_size=16, embed_dim=8, depths=[2, 2], num_heads=[2, 2], window_size=4, mlp_ratio=2)
        return SRFormer(**usual | settings)

    add('srformer.x2', srformer(upscale=2, upsampler='pixelshuffle'), (1, 3, 8, 12))
    add('srformer.light', srformer(img_size=12, window_size=6, upscale=3, upsampler='pixelshuffledirect'), (1, 3, 12, 6))
    add('srformer.real', srformer(upscale=4, upsampler='nearest+conv', resi_connection='3conv'), (1, 3, 8, 4))
    g.write()
