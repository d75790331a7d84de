"""Files with the layouts of StyleGAN's programs, with the globals and the names that those programs write."""

import pickle
import sys
import types
from argparse import Namespace
from collections import OrderedDict

import numpy
import torch


def declare():
    """Modules with the official names, made on the fly, so that pickle writes them."""

    def module(name):
        made = sys.modules[name] = types.ModuleType(name)
        if '.' in name:
            setattr(sys.modules[name.rpartition('.')[0]], name.rpartition('.')[2], made)
        return made

    def owned(value, name):
        value.__module__ = name
        value.__qualname__ = value.__name__
        setattr(sys.modules[name], value.__name__, value)
        return value

    for name in ('torch_utils', 'torch_utils.persistence', 'dnnlib', 'dnnlib.util', 'dnnlib.tflib', 'dnnlib.tflib.network'):
        module(name)

    def _reconstruct_persistent_obj(meta):
        raise RuntimeError('the official programs would execute the source here')

    class EasyDict(dict):
        pass

    class Network:
        def __init__(self, state):
            self.state = state

        def __getstate__(self):
            return self.state

    owned(_reconstruct_persistent_obj, 'torch_utils.persistence')
    return owned(EasyDict, 'dnnlib.util'), owned(Network, 'dnnlib.tflib.network')


EasyDict, Network = declare()


def pytorch(path, networks, protocol):
    """A snapshot of StyleGAN2-ADA or StyleGAN3."""
    data = dict(networks, training_set_kwargs=EasyDict(class_name='training.dataset.ImageFolderDataset', resolution=32))
    data['augment_pipe'] = None
    path.write_bytes(pickle.dumps(data, protocol=protocol))


def tensorflow(path, networks):
    """A snapshot of the TensorFlow program: G, D, Gs. Kernels are [height, width, inputs, outputs]."""
    path.write_bytes(pickle.dumps(tuple(networks), protocol=4))


def tensorflow_network(name, variables, kwargs, components=()):
    state = {'version': 4, 'name': name, 'static_kwargs': EasyDict(kwargs)}
    state['components'] = EasyDict(components)
    state['build_module_src'] = 'raise SystemExit("executed")'
    state['build_func_name'] = 'training.networks_stylegan2.' + name
    state['variables'] = [(key, numpy.array(value, dtype=numpy.float32)) for key, value in variables]
    return Network(state)


def tensorflow_generator(name, generator):
    """The variables of a StyleGAN2 generator in the TensorFlow program's form."""
    state = {key: value.numpy() for key, value in generator.state_dict().items()}
    mapping, synthesis = [], []
    for index in range(generator.mapping.num_layers):
        mapping.append((f'Dense{index}/weight', state[f'mapping.fc{index}.weight'].T))
        mapping.append((f'Dense{index}/bias', state[f'mapping.fc{index}.bias']))
    noises = 0
    for r in generator.synthesis.block_resolutions:
        block, place = f'synthesis.b{r}', f'{r}x{r}'
        if r == 4:
            synthesis.append((f'{place}/Const/const', state[f'{block}.const'][None]))
        for layer, new in (('conv0', 'Conv0_up'), ('conv1', 'Conv' if r == 4 else 'Conv1')):
            if f'{block}.{layer}.weight' not in state:
                continue
            kernel = state[f'{block}.{layer}.weight'].transpose(2, 3, 1, 0)
            synthesis.append((f'{place}/{new}/weight', kernel[::-1, ::-1] if layer == 'conv0' else kernel))
            synthesis.append((f'{place}/{new}/mod_weight', state[f'{block}.{layer}.affine.weight'].T))
            synthesis.append((f'{place}/{new}/mod_bias', state[f'{block}.{layer}.affine.bias'] - 1))
            synthesis.append((f'{place}/{new}/noise_strength', state[f'{block}.{layer}.noise_strength']))
            synthesis.append((f'{place}/{new}/bias', state[f'{block}.{layer}.bias']))
            synthesis.append((f'noise{noises}', state[f'{block}.{layer}.noise_const'][None, None]))
            noises += 1
        synthesis.append((f'{place}/ToRGB/weight', state[f'{block}.torgb.weight'].transpose(2, 3, 1, 0)))
        synthesis.append((f'{place}/ToRGB/mod_weight', state[f'{block}.torgb.affine.weight'].T))
        synthesis.append((f'{place}/ToRGB/mod_bias', state[f'{block}.torgb.affine.bias'] - 1))
        synthesis.append((f'{place}/ToRGB/bias', state[f'{block}.torgb.bias']))
    kwargs = generator._init_kwargs
    own = {
        'resolution': kwargs['img_resolution'], 'num_channels': kwargs['img_channels'], 'label_size': 0,
        'latent_size': kwargs['z_dim'], 'dlatent_size': kwargs['w_dim'],
        'mapping_layers': kwargs['mapping_kwargs']['num_layers'],
        'fmap_base': kwargs['synthesis_kwargs']['channel_base'] // 2,
        'fmap_max': kwargs['synthesis_kwargs']['channel_max'],
    }
    components = {
        'synthesis': tensorflow_network('G_synthesis_stylegan2', synthesis + [('lod', 0)], {}),
        'mapping': tensorflow_network('G_mapping', mapping, {}),
    }
    return tensorflow_network(name, [('lod', 0), ('dlatent_avg', state['mapping.w_avg'])], own, components)


def rosinality(path, generator, keeps_average=True):
    """A checkpoint of rosinality's program."""
    state, filters = generator.state_dict(), generator.synthesis.b4.resample_filter
    new = OrderedDict()
    for index in range(generator.mapping.num_layers):
        new[f'style.{index + 1}.weight'] = state[f'mapping.fc{index}.weight']
        new[f'style.{index + 1}.bias'] = state[f'mapping.fc{index}.bias']
    new['input.input'] = state['synthesis.b4.const'][None]
    noises = 0
    for number, r in enumerate(generator.synthesis.block_resolutions):
        block = f'synthesis.b{r}'
        for layer in ('conv0', 'conv1'):
            if f'{block}.{layer}.weight' not in state:
                continue
            name = 'conv1' if r == 4 else f'convs.{2 * (number - 1) + (layer == "conv1")}'
            new[f'{name}.conv.weight'] = state[f'{block}.{layer}.weight'][None]
            if layer == 'conv0':
                new[f'{name}.conv.blur.kernel'] = filters * 4
            new[f'{name}.conv.modulation.weight'] = state[f'{block}.{layer}.affine.weight']
            new[f'{name}.conv.modulation.bias'] = state[f'{block}.{layer}.affine.bias']
            new[f'{name}.noise.weight'] = state[f'{block}.{layer}.noise_strength'][None]
            new[f'{name}.activate.bias'] = state[f'{block}.{layer}.bias']
            new[f'noises.noise_{noises}'] = state[f'{block}.{layer}.noise_const'][None, None]
            noises += 1
        name = 'to_rgb1' if r == 4 else f'to_rgbs.{number - 1}'
        if r > 4:
            new[f'{name}.upsample.kernel'] = filters * 4
        new[f'{name}.bias'] = state[f'{block}.torgb.bias'][None, :, None, None]
        new[f'{name}.conv.weight'] = state[f'{block}.torgb.weight'][None]
        new[f'{name}.conv.modulation.weight'] = state[f'{block}.torgb.affine.weight']
        new[f'{name}.conv.modulation.bias'] = state[f'{block}.torgb.affine.bias']
    data = {'g_ema': new, 'args': Namespace(size=32, channel_multiplier=2)}
    if keeps_average:
        data['latent_avg'] = state['mapping.w_avg']
    torch.save(data, path)
