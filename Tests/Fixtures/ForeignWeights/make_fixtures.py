#!/usr/bin/env python3
"""Writes small files of weights as PyTorch and ncnn write them, and what they hold.

    pip install torch --index-url https://download.pytorch.org/whl/cpu
    pip install safetensors numpy ncnn
    python Tests/Fixtures/ForeignWeights/make_fixtures.py

`*.expected.safetensors` holds the tensors of the file of that name as float32; `networks.json` the names and shapes of
the networks' tensors, as PyTorch lists them, and their sizes. `images.safetensors` holds what PyTorch makes of a
image with the small networks in `network-*`, every eighth pixel in both directions of large ones.
"""

import io
import json
import pathlib
import struct
import zipfile
from collections import OrderedDict

import ncnn
import numpy
import torch
from networks import MSRResNet, RRDBNet, ResnetGenerator, SRVGGNetCompact, UnetGenerator
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).parent


def expect(name, tensors):
    """Writes what a reader should find."""
    save_file({k: v.detach().float().contiguous().clone() for k, v in tensors.items()},
              HERE / f'{name}.expected.safetensors')


def saved(value, **options):
    """The bytes that torch.save writes."""
    buffer = io.BytesIO()
    torch.save(value, buffer, **options)
    return buffer.getvalue()


def rezipped(data, method=zipfile.ZIP_STORED, change=lambda name, content: content, zip64=False):
    """The same entries in another archive."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, 'w', method) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename)
            info.compress_type = method
            with new.open(info, 'w', force_zip64=zip64) as target:
                target.write(change(entry.filename, old.read(entry)))
    return result.getvalue()


def number_types():
    """Every kind of number, views, tied tensors, parameters, empty ones and scalars."""
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6) / 8 - 1
    linear = nn.Linear(3, 2)
    with torch.no_grad():
        linear.weight.copy_(torch.arange(6).reshape(2, 3) / 3)
        linear.bias.copy_(torch.tensor([0.5, -0.25]))
    values = OrderedDict()
    values['plain'] = base
    values['transposed'] = base.t()
    values['column'] = base[:, 2]
    values['part'] = base[1:3, 1:5:2]
    values['tied'] = base
    values['half'] = (base * 3).half()
    values['bfloat16'] = (base * 3).bfloat16()
    values['double'] = base.double() / 7
    values['long'] = torch.tensor([-3, 5, 1 << 40])
    values['int'] = torch.tensor([-3, 70000], dtype=torch.int32)
    values['short'] = torch.tensor([-3, 300], dtype=torch.int16)
    values['char'] = torch.tensor([-3, 100], dtype=torch.int8)
    values['byte'] = torch.tensor([3, 200], dtype=torch.uint8)
    values['bool'] = torch.tensor([True, False])
    values['scalar'] = torch.tensor(2.5)
    values['empty'] = torch.zeros(0, 3)
    values['parameter'] = linear.weight
    values['channelsLast'] = base.reshape(1, 2, 3, 4).to(memory_format=torch.channels_last)
    return values


def make_files():
    """The formats."""
    values = number_types()
    expect('values', values)
    zipped = saved(values)
    (HERE / 'values.pth').write_bytes(zipped)
    (HERE / 'values-legacy.pth').write_bytes(saved(values, _use_new_zipfile_serialization=False))
    (HERE / 'values-deflated.pth').write_bytes(rezipped(zipped, zipfile.ZIP_DEFLATED))
    (HERE / 'values-zip64.pth').write_bytes(rezipped(zipped, zip64=True))
    for protocol in (3, 4, 5):
        (HERE / f'values-protocol{protocol}.pth').write_bytes(saved(values, pickle_protocol=protocol))
    torch.serialization.set_crc32_options(False)
    (HERE / 'values-unchecked.pth').write_bytes(saved(values))
    torch.serialization.set_crc32_options(True)

    floats = OrderedDict((name, values[name].float().contiguous().clone()) for name in ('plain', 'long', 'scalar'))
    expect('big-endian', floats)

    def turn(name, content):
        if name.endswith('/byteorder'):
            return b'big'
        return numpy.frombuffer(content, '<u4').byteswap().tobytes() if '/data/' in name else content

    (HERE / 'big-endian.pth').write_bytes(rezipped(saved(floats), change=turn))

    plain = OrderedDict((f'module.{name}', tensor) for name, tensor in floats.items())
    other = OrderedDict((name, tensor + 100) for name, tensor in plain.items())
    wrapped = {
        'epoch': 7, 'loss': 0.25, 'best': numpy.float64(3.5), 'steps': 1 << 70, 'name': 'größe', 'done': (True, None),
        'optimizer': {'state': {0: {'step': torch.tensor(3.0), 'momentum': torch.ones(2)}},
                      'param_groups': [{'lr': 1e-4, 'params': [0]}]},
        'params': other, 'params_ema': plain,
    }
    expect('wrapped', floats)
    (HERE / 'wrapped.pth').write_bytes(saved(wrapped))
    (HERE / 'wrapped-legacy.pth').write_bytes(saved(wrapped, _use_new_zipfile_serialization=False))
    nested = {'state_dict': {'model': {**{f'netG.{k}': v for k, v in plain.items()},
                                       'netD.weight': torch.ones(3), 'netD.bias': torch.ones(1)}}}
    (HERE / 'nested.pth').write_bytes(saved(nested))
    save_file(dict(plain), HERE / 'plain.safetensors')

    (HERE / 'whole-model.pth').write_bytes(saved(nn.Linear(2, 2)))
    (HERE / 'number.pth').write_bytes(saved(7))
    (HERE / 'no-tensors.pth').write_bytes(saved({'epoch': 7, 'names': ['a']}))
    script = io.BytesIO()
    torch.jit.save(torch.jit.script(nn.ReLU()), script)
    (HERE / 'script.pth').write_bytes(script.getvalue())
    zeros = rezipped(saved({'zeros': torch.zeros(2 << 20)}), zipfile.ZIP_DEFLATED)
    (HERE / 'bomb.pth').write_bytes(zeros)


def shapes(network):
    """Names and shapes of a network's tensors."""
    return {name: list(tensor.shape) for name, tensor in network.state_dict().items()}


def former(name):
    """ESRGAN's names of 2019."""
    for new, old in (('conv_body', 'trunk_conv'), ('body.', 'RRDB_trunk.'), ('.rdb', '.RDB'), ('conv_up', 'upconv'),
                     ('conv_hr', 'HRconv')):
        name = name.replace(new, old)
    return name


def oldest(name, blocks):
    """ESRGAN's names of 2018."""
    layer, kind = name.rsplit('.', 1)
    whole = {'conv_first': 'model.0', 'conv_body': f'model.1.sub.{blocks}', 'conv_up1': 'model.3',
             'conv_up2': 'model.6', 'conv_hr': 'model.8', 'conv_last': 'model.10'}
    if layer in whole:
        return f'{whole[layer]}.{kind}'
    return layer.replace('body.', 'model.1.sub.').replace('.rdb', '.RDB') + f'.0.{kind}'


def make_networks():
    """Names and shapes of the public networks."""
    table = {}

    def add(name, network, rename=lambda n: n, **sizes):
        table[name] = {'sizes': sizes, 'shapes': {rename(k): v for k, v in shapes(network).items()}}

    add('unet_256', UnetGenerator(3, 3, 8, 4), inputs=3, outputs=3, levels=8, width=4, batch=1)
    add('unet_128', UnetGenerator(1, 3, 7, 2), inputs=1, outputs=3, levels=7, width=2, batch=1)
    add('unet-instance', UnetGenerator(3, 1, 5, 2, norm='instance'), inputs=3, outputs=1, levels=5, width=2, batch=0)
    add('unet-statistics', UnetGenerator(3, 1, 5, 2, norm='instance', statistics=True),
        inputs=3, outputs=1, levels=5, width=2, batch=0)
    add('resnet_9blocks', ResnetGenerator(3, 3, 4, 9), inputs=3, outputs=3, blocks=9, width=4, batch=0, dropout=0)
    add('resnet_6blocks', ResnetGenerator(3, 1, 2, 6, norm='batch', dropout=True),
        inputs=3, outputs=1, blocks=6, width=2, batch=1, dropout=1)
    add('resnet-statistics', ResnetGenerator(3, 3, 2, 1, statistics=True),
        inputs=3, outputs=3, blocks=1, width=2, batch=0, dropout=0)
    for scale in (1, 2, 4):
        add(f'rrdb-x{scale}', RRDBNet(3, 3, scale, 8, 2, 4),
            inputs=3, outputs=3, scale=scale, features=8, blocks=2, growth=4)
    add('rrdb-2019', RRDBNet(3, 3, 4, 8, 3, 4), former, inputs=3, outputs=3, scale=4, features=8, blocks=3, growth=4)
    add('rrdb-2018', RRDBNet(3, 3, 4, 8, 3, 4), lambda n: oldest(n, 3),
        inputs=3, outputs=3, scale=4, features=8, blocks=3, growth=4)
    for scale in (2, 4):
        add(f'compact-x{scale}', SRVGGNetCompact(3, 3, 8, 3, scale),
            inputs=3, outputs=3, scale=scale, features=8, convolutions=3)
    for scale in (2, 3, 4):
        add(f'msrresnet-x{scale}', MSRResNet(3, 3, 8, 2, scale), inputs=3, outputs=3, scale=scale, features=8, blocks=2)
    add('msrresnet-2019', MSRResNet(3, 3, 8, 2, 4),
        lambda n: n.replace('body.', 'recon_trunk.').replace('conv_hr', 'HRconv'),
        inputs=3, outputs=3, scale=4, features=8, blocks=2)
    (HERE / 'networks.json').write_text(json.dumps(table, separators=(',', ':')) + '\n')


class NcnnWriter:
    """Writes a graph and its weights."""

    def __init__(self, half):
        self.half, self.lines, self.blobs, self.bin = half, [], 1, io.BytesIO()
        self.add('Input', [], 'data')

    def add(self, kind, inputs, output=None, values=''):
        output = output or f'blob{self.blobs}'
        self.blobs += 1
        blobs = ' '.join([*inputs, output])
        self.lines.append(f'{kind} layer{len(self.lines)} {len(inputs)} 1 {blobs} {values}'.strip())
        return output

    def convolution(self, layer, blob, slope=None):
        weight = layer.weight.detach().numpy()
        out, inputs, kernel = weight.shape[:3]
        values = f'0={out} 1={kernel} 4={kernel // 2} 5=1 6={weight.size}'
        if slope is not None:
            values += f' 9=2 -23310=1,{slope:e}'
        self.bin.write(struct.pack('<I', 0x01306B47 if self.half else 0))
        data = weight.astype('<f2' if self.half else '<f4').tobytes()
        self.bin.write(data + bytes(-len(data) % 4))
        self.bin.write(layer.bias.detach().numpy().astype('<f4').tobytes())
        return self.add('Convolution', [blob], values=values)

    def weights(self, layer, blob):
        self.bin.write(layer.weight.detach().numpy().astype('<f4').tobytes())
        return self.add('PReLU', [blob], values=f'0={layer.weight.numel()}')

    def fan(self, blob, count):
        """ncnn wants a blob to be used once: copies of it."""
        copies = [f'{blob}_{i}' for i in range(count)]
        self.lines.append(f'Split layer{len(self.lines)} 1 {count} {" ".join([blob, *copies])}')
        self.blobs += count
        return copies

    def finish(self, name):
        text = f'7767517\n{len(self.lines)} {self.blobs}\n' + '\n'.join(self.lines) + '\n'
        (HERE / f'{name}.param').write_text(text)
        (HERE / f'{name}.bin').write_bytes(self.bin.getvalue())


def check_with_ncnn(name, last, network):
    """ncnn itself computes from the files what PyTorch computes from the network."""
    net = ncnn.Net()
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = net.opt.use_vulkan_compute = False
    assert net.load_param(str(HERE / f'{name}.param')) == 0
    assert net.load_model(str(HERE / f'{name}.bin')) == 0
    image = torch.rand(1, 3, 7, 6)
    extractor = net.create_extractor()
    extractor.input('data', ncnn.Mat(image[0].numpy()).clone())
    _, result = extractor.extract(last)
    expected = network(image)[0].detach().numpy()
    difference = numpy.abs(numpy.array(result) - expected).max()
    assert difference < 2e-3, (name, difference)


def make_ncnn():
    """Small networks in ncnn's form, the compact one in both precisions."""
    torch.manual_seed(3)
    for half in (True, False):
        network = SRVGGNetCompact(3, 3, 5, 2, 2)
        writer = NcnnWriter(half)
        base, blob = writer.fan('data', 2)
        for layer in network.body:
            blob = (writer.weights if isinstance(layer, nn.PReLU) else writer.convolution)(layer, blob)
        blob = writer.add('PixelShuffle', [blob], values='0=2')
        base = writer.add('Interp', [base], values='0=1 1=2.000000e+00 2=2.000000e+00')
        last = writer.add('BinaryOp', [blob, base])
        name = 'ncnn-compact' + ('-half' if half else '')
        writer.finish(name)
        check_with_ncnn(name, last, network)
        state = network.state_dict()
        expect(name, {k: v.half() if half and v.dim() == 4 else v for k, v in state.items()})

    network = RRDBNet(3, 3, 4, 4, 1, 2)
    writer = NcnnWriter(True)
    blob = writer.convolution(network.conv_first, 'data')
    first, blob = writer.fan(blob, 2)
    for block in network.body:
        start, blob = writer.fan(blob, 2)
        for dense in (block.rdb1, block.rdb2, block.rdb3):
            known = [writer.fan(blob, 6)]
            for step in range(4):
                joined = known[0][0] if step == 0 else writer.add('Concat', [k[step] for k in known])
                layer = getattr(dense, f'conv{step + 1}')
                known.append(writer.fan(writer.convolution(layer, joined, 0.2), 6))
            blob = writer.convolution(dense.conv5, writer.add('Concat', [k[4] for k in known]))
            blob = writer.add('Eltwise', [blob, known[0][5]], values='0=1 -23301=2,2.000000e-01,1.000000e+00')
        blob = writer.add('Eltwise', [blob, start], values='0=1 -23301=2,2.000000e-01,1.000000e+00')
    blob = writer.add('BinaryOp', [first, writer.convolution(network.conv_body, blob)])
    for layer in (network.conv_up1, network.conv_up2):
        blob = writer.add('Interp', [blob], values='0=1 1=2.000000e+00 2=2.000000e+00')
        blob = writer.convolution(layer, blob, 0.2)
    last = writer.convolution(network.conv_last, writer.convolution(network.conv_hr, blob, 0.2))
    writer.finish('ncnn-rrdb')
    check_with_ncnn('ncnn-rrdb', last, network)
    expect('ncnn-rrdb', {k: v.half() if v.dim() == 4 else v for k, v in network.state_dict().items()})


def image(channels, height, width):
    """An image from 0 to 1 that is easily made anywhere."""
    c, y, x = torch.meshgrid(*(torch.arange(n) for n in (channels, height, width)), indexing='ij')
    return ((x * 7 + y * 13 + c * 29 + (x * y) % 11) % 256 / 255.0)[None]


def make_images():
    """Whole networks, their weights 16-bit floats, and their images."""
    torch.manual_seed(5)
    answers = {}

    def ready(network, gain):
        """Weights large enough for lively images, statistics as after a training."""
        for name, tensor in network.state_dict().items():
            if tensor.dim() == 4:
                nn.init.kaiming_normal_(tensor)
                tensor.mul_(gain)
            elif name.endswith('running_var'):
                tensor.uniform_(0.5, 2)
            elif tensor.is_floating_point() and tensor.numel():
                tensor.add_(torch.randn_like(tensor) * 0.1)
        return network.half().float().eval()

    def half(network):
        return OrderedDict((k, v.half() if v.is_floating_point() else v) for k, v in network.state_dict().items())

    def add(name, network, x, step=1):
        with torch.no_grad():
            answers[name] = network(x)[:, :, ::step, ::step].contiguous()

    for name, inputs, side, network in (
            ('unet_256', 3, 256, UnetGenerator(3, 3, 8, 1)), ('unet_128', 1, 128, UnetGenerator(1, 3, 7, 1)),
            ('resnet_9blocks', 3, 64, ResnetGenerator(3, 3, 2, 9))):
        x = image(inputs, side, side) * 2 - 1
        ready(network, 1.2 if 'unet' in name else 0.7)
        add(f'{name}.running', network, x, 8)
        # Statistics of the image, as in training, without its dropout; what it notes of them is put back.
        state = half(network)
        network.train()
        add(f'{name}.image', network, x, 8)
        if name == 'unet_256':
            data = saved(state, _use_new_zipfile_serialization=False)
            (HERE / f'network-{name}.pth').write_bytes(data)
        elif name == 'unet_128':
            (HERE / f'network-{name}.pth').write_bytes(saved({f'module.{k}': v for k, v in state.items()}))
        else:
            save_file(state, HERE / f'network-{name}.safetensors')

    x = image(3, 10, 13)
    for name, network in (
            ('rrdb-x2', RRDBNet(3, 3, 2, 4, 1, 2)), ('compact-x3', SRVGGNetCompact(3, 3, 5, 2, 3)),
            ('msrresnet-x4', MSRResNet(3, 3, 4, 2, 4))):
        ready(network, 0.5)
        state = half(network)
        # Real-ESRGAN continues an image by reflection to the right and below.
        padded = functional.pad(x, (0, 1, 0, 0), mode='reflect') if name == 'rrdb-x2' else x
        with torch.no_grad():
            scale = int(name[-1])
            answers[name] = network(padded)[:, :, :10 * scale, :13 * scale].contiguous()
        if name == 'compact-x3':
            save_file(state, HERE / f'network-{name}.safetensors')
        else:
            (HERE / f'network-{name}.pth').write_bytes(saved({'params_ema': state}))
    save_file(answers, HERE / 'images.safetensors')


if __name__ == '__main__':
    torch.manual_seed(1)
    make_images()
    make_files()
    make_networks()
    make_ncnn()
    print(sum(p.stat().st_size for p in HERE.iterdir() if p.is_file()) // 1000, 'kB')
