#!/usr/bin/env python3
"""Writes small files that people take for an upscaler's weights, and networks that were saved whole.

    pip install torch --index-url https://download.pytorch.org/whl/cpu
    pip install safetensors
    python Tests/Fixtures/ForeignWeights/wrong_files.py

`whole.expected.safetensors` holds the tensors of `whole-*.pth` and `script-compact.pth`, as float32. The other files have
the names of tensors in files of their kind, and small shapes. Web pages, pointers, empty and truncated files are made by
the tests.
"""

import functools
import io
import pathlib
import unittest.mock
import zipfile

import torch
from networks import SRVGGNetCompact
from safetensors.torch import save_file
from torch import nn

HERE = pathlib.Path(__file__).parent


class Noted(nn.Module):
    """A network with attributes as real ones have: functions, classes, a shared module, a buffer that is not saved."""

    def __init__(self, network):
        super().__init__()
        self.body = network.body
        self.upscale = network.upscale if hasattr(network, 'upscale') else 2
        self.activation = nn.functional.gelu
        self.layer = functools.partial(nn.LayerNorm, eps=1e-6)
        self.norm_class = nn.LayerNorm
        self.kind = torch.float32
        self.register_buffer('mean', torch.zeros(1, 3, 1, 1), persistent=False)

    def forward(self, x):
        return self.body(x)


def drawn(network):
    """The network with random numbers for all parameters, all of them half-precise."""
    torch.manual_seed(11)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.2)
    return network.half().float().eval()


def write_whole():
    """One network in the ways in which it is saved whole."""
    network = drawn(SRVGGNetCompact(3, 3, 4, 1, 2))
    state = network.state_dict()
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, HERE / 'whole.expected.safetensors')
    sequence = nn.Sequential()
    for name, layer in network.body.named_children():
        sequence.add_module(name, layer)
    network.body = sequence
    assert list(network.state_dict()) == list(state)
    torch.save(network, HERE / 'whole-compact.pth')
    torch.save({'epoch': 3, 'model': nn.DataParallel(Noted(network))}, HERE / 'whole-wrapped.pth')
    # The old format adds the source code of every class and its path, unless it cannot be found.
    with unittest.mock.patch('inspect.getsourcelines', side_effect=OSError):
        torch.save(Noted(network), HERE / 'whole-legacy.pth', _use_new_zipfile_serialization=False)
    traced = torch.jit.trace(Plain(sequence).eval(), torch.rand(1, 3, 4, 4))
    write_script(traced, 'script-compact.pth')
    write_script(torch.jit.freeze(traced), 'script-frozen.pth')


def write_script(program, name):
    """A TorchScript archive without the records for debuggers, which hold paths of this machine."""
    content = io.BytesIO()
    torch.jit.save(program, content)
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(HERE / name, 'w', zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if not entry.filename.endswith('.debug_pkl'):
                code = old.read(entry).split(b'# File')[0] if entry.filename.endswith('.py') else old.read(entry)
                new.writestr(entry.filename, code)


class Plain(nn.Module):
    """The layers alone."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return self.body(x)


def write_wrong():
    """Files of other kinds."""
    layer = nn.Conv2d(3, 4, 3)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.rand(1, 3, 5, 5)).sum().backward()
    optimizer.step()
    torch.save(optimizer.state_dict(), HERE / 'wrong-optimizer.pth')
    names = ['unet_down_blocks_0_attentions_0_proj_in', 'te_text_model_encoder_layers_0_mlp_fc1']
    lora = {}
    for name in names:
        lora[f'lora_{name}.lora_down.weight'] = torch.rand(2, 8)
        lora[f'lora_{name}.lora_up.weight'] = torch.rand(8, 2)
        lora[f'lora_{name}.alpha'] = torch.tensor(2.0)
    save_file(lora, HERE / 'wrong-lora.safetensors', metadata={'ss_network_module': 'networks.lora'})
    diffusion = {
        'model.diffusion_model.input_blocks.0.0.weight': torch.rand(4, 4, 3, 3),
        'model.diffusion_model.time_embed.0.weight': torch.rand(8, 4),
        'model.diffusion_model.out.2.weight': torch.rand(4, 4, 3, 3),
        'first_stage_model.encoder.conv_in.weight': torch.rand(4, 3, 3, 3),
    }
    torch.save({'state_dict': diffusion, 'global_step': 5}, HERE / 'wrong-diffusion.ckpt')
    sound = nn.Sequential(*(nn.Conv1d(4, 4, kernel) for kernel in (3, 7, 11)))
    torch.save({'generator': sound.state_dict()}, HERE / 'wrong-sound.pth')
    torch.save(nn.Sequential(nn.Conv3d(1, 2, 3), nn.Conv3d(2, 1, 3)).state_dict(), HERE / 'wrong-volumes.pth')


if __name__ == '__main__':
    write_whole()
    write_wrong()
    size = sum(path.stat().st_size for pattern in ('whole-*', 'script-*', 'wrong-*') for path in HERE.glob(pattern))
    assert size < 120_000, size
    print(f'{size / 1e3:.0f} kB')
