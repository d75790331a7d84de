"""ESRGAN's generator with the names of 2018, 2019 and 2021, with mixed ones, and in the wrappers that people use."""
import re

from comparison import Configuration
from spandrel.architectures.ESRGAN import ESRGAN

TITLE = 'ESRGAN (RRDBNet)'
LISTED = 368


def rrdb(scale=4, features=64, blocks=23, inputs=3, outputs=3, plus=False, fold=None):
    """spandrel's network has the names of 2018. `scale` counts the doublings; `fold` turns pixels into channels first."""
    return lambda: ESRGAN(in_nc=inputs * (fold or 1) ** 2, out_nc=outputs, num_filters=features, num_blocks=blocks,
                          scale=scale, plus=plus, shuffle_factor=fold)




def tail_names(state, first, body, doubling, late, last):
    """New names for the nameless sequence: the first, the trunk's end, doublings, the last two convolutions."""
    places = sorted({int(name.split('.')[1]) for name in state if re.fullmatch(r'model\.\d+\.weight', name)} - {0, 1})
    end = max(int(name.split('.')[3]) for name in state if name.startswith('model.1.sub.'))
    names = {'model.0': first, f'model.1.sub.{end}': body, f'model.{places[-2]}': late, f'model.{places[-1]}': last}
    names |= {f'model.{place}': doubling + str(index + 1) for index, place in enumerate(places[:-2])}
    return names


def renamed(state, names, block, dense):
    result = {}
    for name, value in state.items():
        layer, kind = name.rsplit('.', 1)
        if layer in names:
            layer = names[layer]
        else:
            _, _, _, index, part, conv = layer.split('.')[:6]
            layer = f'{block}.{index}.{part.replace("RDB", dense)}.{conv}'
        result[f'{layer}.{kind}'] = value
    return result


def of_2019(state):
    names = tail_names(state, 'conv_first', 'trunk_conv', 'upconv', 'HRconv', 'conv_last')
    return renamed(state, names, 'RRDB_trunk', 'RDB')


def of_2021(state):
    names = tail_names(state, 'conv_first', 'conv_body', 'conv_up', 'conv_hr', 'conv_last')
    return renamed(state, names, 'body', 'rdb')


def mixed(state):
    names = tail_names(state, 'conv_first', 'trunk_conv', 'conv_up', 'HRconv', 'conv_last')
    return renamed(state, names, 'body', 'rdb')


CONFIGURATIONS = [
    Configuration('×4, 64 features, 23 blocks, names of 2018', rrdb(), keys=()),
    Configuration('names of 2019', rrdb(blocks=6), keys=(), saved=of_2019),
    Configuration('names of 2021', rrdb(blocks=6), keys=('params_ema',), saved=of_2021),
    Configuration('mixed names', rrdb(blocks=6), keys=('params',), saved=mixed),
    Configuration('lite: 32 features, 12 blocks', rrdb(features=32, blocks=12), keys=('state_dict',)),
    Configuration('×1', rrdb(1, blocks=4), scale=1, keys=('model',)),
    Configuration('×1, names of 2021', rrdb(1, blocks=4), scale=1, keys=('generator',), saved=of_2021),
    Configuration('×2', rrdb(2, blocks=4), scale=2, keys=('net_g',)),
    Configuration('×2, names of 2021', rrdb(2, blocks=4), scale=2, prefix='module.', saved=of_2021),
    Configuration('×8', rrdb(8, blocks=3), scale=8, size=(21, 27), keys=(), prefix='generator.'),
    Configuration('×16', rrdb(16, blocks=2), scale=16, size=(13, 19), keys=(), saved=of_2021),
    Configuration('×2 of 2×2 pixels in channels', rrdb(4, blocks=6, fold=2), scale=2, saved=of_2021),
    Configuration('×1 of 4×4 pixels in channels', rrdb(4, blocks=6, fold=4), scale=1, saved=of_2021),
    Configuration('×1 of 2×2 pixels in channels', rrdb(2, blocks=3, fold=2), scale=1, keys=()),
    Configuration('gray', rrdb(blocks=3, inputs=1, outputs=1), inputs=1, keys=()),
    Configuration('RGBA', rrdb(blocks=3, inputs=4, outputs=4), inputs=4, keys=()),
    Configuration('gray to color', rrdb(blocks=3, inputs=1, outputs=3), inputs=1, keys=()),
    Configuration('ESRGAN+', rrdb(blocks=4, plus=True), keys=()),
    Configuration('ESRGAN+, ×2, names of 2021', rrdb(2, blocks=3, plus=True), scale=2, saved=of_2021),
    Configuration('half precision', rrdb(blocks=6), keys=(), half=True),
]
