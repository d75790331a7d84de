"""ATD and its light form.

Pixels of one category are sorted unstably by PyTorch on some machines, so its result depends on the machine; here they
keep their order, as they do in atelier.

Which category a pixel belongs to is a decision, and where two are nearly alike, rounding makes it: noise of 1e-6 in the
image changes PyTorch's own result by 7 levels. The weights of the wide network are drawn from a seed (its place in the
list) with which no pixel is that near; with seed 0, one is, and the largest difference is 1.9.
"""
import torch
from comparison import Configuration
from spandrel.architectures.ATD import ATD

TITLE = 'ATD'
LISTED = 5

sort = torch.sort
torch.sort = lambda x, dim=-1, stable=False: sort(x, dim=dim, stable=True)


def atd(scale=4, **others):
    sizes = {'embed_dim': 210, 'depths': (6,) * 6, 'num_heads': (6,) * 6, 'window_size': 16, 'category_size': 256,
             'num_tokens': 128, 'reducted_dim': 20, 'mlp_ratio': 2.0, 'upsampler': 'pixelshuffle'}
    return lambda: ATD(upscale=scale, **sizes | others)


CONFIGURATIONS = [
    Configuration('light ×2', atd(2, embed_dim=48, depths=(6,) * 4, num_heads=(4,) * 4, category_size=128,
                                  num_tokens=64, reducted_dim=8, convffn_kernel_size=7, mlp_ratio=1.0,
                                  upsampler='pixelshuffledirect'), scale=2, keys=('params_ema',)),
    Configuration('×4', atd()),
]
