"""Upscalers that mix windows with other attention: OmniSR, DAT, RGT and ATD, as the package spandrel builds them.

    pip install spandrel

Weights are drawn from their names, so that no bias, norm, position table or scale is trivial. Index tables and masks
stay as they are; the networks of the tests do without them.
"""

import torch
from spandrel.architectures.ATD import ATD
from spandrel.architectures.DAT import DAT
from spandrel.architectures.OmniSR import OmniSR
from spandrel.architectures.OmniSR.__arch.layernorm import LayerNorm2d
from spandrel.architectures.RGT import RGT

from .drawn_weights import drawn
from .group import Group

KEPT = ('relative_position_index', 'relative_position_index_SA', 'attn_mask_0', 'attn_mask_1', 'num_batches_tracked')


def filled(network):
    """The network with its drawn weights, in double precision, and name and shape of each."""
    shapes, state = {}, network.state_dict()
    for name, value in state.items():
        if name.split('.')[-1] not in KEPT:
            shapes[name] = tuple(value.shape)
            value.copy_(drawn(name, shapes[name]))
    network.load_state_dict(state)
    return network.double().eval(), ' '.join(f'{n}:{"x".join(map(str, s))}' for n, s in shapes.items())


def layer_norm(self, x):
    # The package's own cannot be differentiated by PyTorch of today.
    centered = x - x.mean(1, keepdim=True)
    unit = centered / (centered.square().mean(1, keepdim=True) + self.eps).sqrt()
    return self.weight[:, None, None] * unit + self.bias[:, None, None]


def case(g, name, network, shape):
    network, state = filled(network)
    g.differentiate(name, name.split('.')[0], {'state': state, 'training': False}, {'input': g.uniform(*shape)},
                    lambda input: network(input))


def omnisr(g):
    LayerNorm2d.forward = layer_norm
    case(g, 'omnisr.x2', OmniSR(num_feat=16, res_num=2, block_num=1, window_size=8, up_scale=2), (1, 3, 17, 22))
    case(g, 'omnisr.plain', OmniSR(num_in_ch=1, num_feat=20, block_num=2, pe=False, window_size=4, up_scale=1,
                                   bias=False), (2, 1, 16, 19))


def dat(g):
    case(g, 'dat.x2', DAT(embed_dim=48, depth=[3, 2], num_heads=[4, 2], split_size=[2, 4], expansion_factor=2.0,
                          upscale=2, img_size=8), (2, 3, 9, 14))
    case(g, 'dat.light', DAT(in_chans=1, embed_dim=32, depth=[3], num_heads=[2], split_size=[4, 4],
                             expansion_factor=1.5, upscale=3, img_size=8, qkv_bias=False, resi_connection='3conv',
                             upsampler='pixelshuffledirect'), (1, 1, 8, 16))
    case(g, 'dat.x4', DAT(embed_dim=32, depth=[1, 1], num_heads=[2, 4], split_size=[4, 8], upscale=4, img_size=8),
         (1, 3, 3, 5))


def rgt(g):
    case(g, 'rgt.x2', RGT(embed_dim=48, depth=[3, 2], num_heads=[4, 2], split_size=[2, 4], mlp_ratio=2.0, upscale=2,
                          img_size=8), (1, 3, 17, 33))
    case(g, 'rgt.plain', RGT(in_chans=1, embed_dim=40, depth=[2, 1], num_heads=[2, 2], split_size=[4, 4], upscale=1,
                             c_ratio=0.75, qkv_bias=False, resi_connection='3conv', img_size=8), (2, 1, 16, 20))


class DecidedCategories:
    """Images whose pixels all belong clearly to one category, and pixels of a category that keep their order, as on a
    machine without unstable vector sorts. Otherwise single precision, or another machine, could sort them differently.
    """

    def __enter__(self):
        self.sort, self.argmax, self.margin = torch.sort, torch.argmax, 1.0
        torch.sort = lambda x, dim=-1, stable=False: self.sort(x, dim=dim, stable=True)
        torch.argmax = self.noted
        return self

    def __exit__(self, *_):
        torch.sort, torch.argmax = self.sort, self.argmax

    def noted(self, x, dim=-1, keepdim=False):
        two = x.topk(2, dim).values
        self.margin = min(self.margin, (two[..., 0] - two[..., 1]).min().item())
        return self.argmax(x, dim=dim, keepdim=keepdim)

    def case(self, g, name, network, shape):
        network, state = filled(network)
        while True:
            self.margin, input = 1.0, g.uniform(*shape)
            network(input.float().double())
            if self.margin > 2e-5:
                break
        g.differentiate(name, 'atd', {'state': state, 'training': False}, {'input': input},
                        lambda input: network(input))


def atd(g):
    small = {'embed_dim': 24, 'window_size': 4, 'num_tokens': 8, 'reducted_dim': 3}
    with DecidedCategories() as decided:
        decided.case(g, 'atd.x2', ATD(**small, depths=(2, 1), num_heads=(2, 4), upscale=2, upsampler='pixelshuffle'),
                     (1, 3, 17, 19))
        decided.case(g, 'atd.light', ATD(embed_dim=48, window_size=8, num_tokens=6, reducted_dim=8, depths=(2,),
                                         num_heads=(4,), category_size=128, upscale=3, convffn_kernel_size=7,
                                         upsampler='pixelshuffledirect', mlp_ratio=1.0), (1, 3, 11, 16))
        decided.case(g, 'atd.nearest', ATD(**small, depths=(3,), num_heads=(3,), upscale=4, upsampler='nearest+conv',
                                           norm=False, qkv_bias=False, resi_connection='3conv'), (2, 3, 8, 5))
        decided.case(g, 'atd.plain', ATD(**small, in_chans=1, depths=(1,), num_heads=(1,), patch_norm=False),
                     (1, 1, 7, 12))


def make():
    g = Group('mixedAttention', 131)
    omnisr(g)
    dat(g)
    rgt(g)
    atd(g)
    g.write()
