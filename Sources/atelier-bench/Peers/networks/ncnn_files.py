"""Writes a PyTorch network as ncnn's `.param` and `.bin`.

Covers what the benchmark's networks consist of, with the fusions that ncnn has: batch norm into convolutions, relu and
leaky relu behind them, scaled sums. (The general converter needs minutes for hundreds of layers.)
"""

import operator

import numpy
import torch
from torch import fx, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_weights


class Writer:
    """Collects layers and weights; `names` maps what was traced to the blobs that hold it."""

    def __init__(self, network):
        self.traced = fx.symbolic_trace(network)
        self.modules = dict(self.traced.named_modules())
        self.layers, self.weights, self.names = [], [], {}

    def add(self, kind, inputs, parameters=''):
        output = f'b{len(self.layers)}'
        self.layers.append([kind, list(inputs), output, parameters])
        return output

    def store(self, tensor, flagged):
        """Raw float32; kernels stand behind a word that says so."""
        if flagged:
            self.weights.append(numpy.zeros(1, numpy.uint32).tobytes())
        self.weights.append(tensor.detach().float().contiguous().numpy().tobytes())

    def follower(self, node):
        """The only node that uses this one, if there is only one."""
        return next(iter(node.users)) if len(node.users) == 1 else None

    def is_module(self, node, kind):
        return node is not None and node.op == 'call_module' and isinstance(self.modules[node.target], kind)

    def slope(self, node):
        """0 for a relu, the slope for a leaky relu, else nothing."""
        if self.is_module(node, nn.ReLU):
            return 0.0
        if self.is_module(node, nn.LeakyReLU):
            return self.modules[node.target].negative_slope
        if node is not None and node.op == 'call_function' and node.target is F.leaky_relu:
            return node.kwargs['negative_slope'] if 'negative_slope' in node.kwargs else node.args[1]
        return None

    def convolution(self, node):
        """The layer with the batch norm and the activation that follow; returns the last node that it stands for."""
        layer, last = self.modules[node.target], node
        transposed = isinstance(layer, nn.ConvTranspose2d)
        weight, bias = layer.weight, layer.bias
        if self.is_module(self.follower(last), nn.BatchNorm2d):
            last = self.follower(last)
            norm = self.modules[last.target]
            weight, bias = fuse_conv_bn_weights(
                weight, bias, norm.running_mean, norm.running_var, norm.eps, norm.weight, norm.bias, transposed
            )
        weight = weight.transpose(0, 1) if transposed else weight
        text = (
            f'0={weight.shape[0]} 1={layer.kernel_size[0]} 2=1 3={layer.stride[0]} 4={layer.padding[0]} '
            f'5={int(bias is not None)} 6={weight.numel()}'
        )
        slope = self.slope(self.follower(last))
        if slope is not None:
            last = self.follower(last)
            text += f' 9=2 -23310=1,{slope:e}' if slope else ' 9=1'
        self.store(weight, True)
        if bias is not None:
            self.store(bias, False)
        kind = 'Deconvolution' if transposed else 'Convolution'
        self.names[last] = self.add(kind, [self.names[node.args[0]]], text)

    def add_node(self, node):
        if node in self.names or node.op in ('placeholder', 'output'):
            return
        blobs = [self.names[n] for n in node.all_input_nodes if n in self.names]
        target = self.modules[node.target] if node.op == 'call_module' else node.target
        slope = self.slope(node)
        if isinstance(target, (nn.Conv2d, nn.ConvTranspose2d)):
            return self.convolution(node)
        if slope is not None:
            blob = self.add('ReLU', blobs, f'0={slope:e}')
        elif isinstance(target, nn.PReLU):
            self.store(target.weight, False)
            blob = self.add('PReLU', blobs, f'0={target.weight.numel()}')
        elif isinstance(target, nn.Tanh):
            blob = self.add('TanH', blobs)
        elif isinstance(target, nn.Dropout):
            blob = blobs[0]
        elif target is torch.cat:
            blob = self.add('Concat', blobs, '0=0')
        elif target is F.pixel_shuffle:
            blob = self.add('PixelShuffle', blobs, f'0={node.args[1]}')
        elif target is F.interpolate and node.kwargs['mode'] == 'nearest':
            scale = float(node.kwargs['scale_factor'])
            blob = self.add('Interp', blobs, f'0=1 1={scale:e} 2={scale:e}')
        elif target is operator.mul and self.follower(node) and self.follower(node).target is operator.add:
            return  # Becomes a coefficient of the sum.
        elif target is operator.add:
            scales = [n.args[1] if n.target is operator.mul else 1.0 for n in node.args]
            sources = [n.args[0] if n.target is operator.mul else n for n in node.args]
            coefficients = ','.join(f'{s:e}' for s in scales)
            blob = self.add('Eltwise', [self.names[n] for n in sources], f'0=1 -23301=2,{coefficients}')
        else:
            raise NotImplementedError(f'{node.op} {target}')
        self.names[node] = blob

    def write(self, param, binary):
        for node in self.traced.graph.nodes:
            if node.op == 'placeholder':
                self.names[node] = 'in0'
            self.add_node(node)
        result = self.names[next(n for n in self.traced.graph.nodes if n.op == 'output').args[0]]
        lines, blobs = ['Input in0 0 1 in0'], 1
        uses = {}
        for _, inputs, _, _ in self.layers:
            for blob in inputs:
                uses[blob] = uses.get(blob, 0) + 1
        handed = {}

        def split(blob):
            nonlocal blobs
            if uses.get(blob, 0) > 1:
                copies = [f'{blob}_{i}' for i in range(uses[blob])]
                lines.append(f'Split split_{blob} 1 {len(copies)} {blob} ' + ' '.join(copies))
                handed[blob], blobs = copies, blobs + len(copies)

        split('in0')
        for index, (kind, inputs, output, parameters) in enumerate(self.layers):
            given = [handed[blob].pop() if blob in handed else blob for blob in inputs]
            name = 'out0' if output == result else output
            lines.append(f'{kind} l{index} {len(given)} 1 {" ".join(given)} {name} {parameters}'.rstrip())
            blobs += 1
            split(output)
        param.write_text('7767517\n' + f'{len(lines)} {blobs}\n' + '\n'.join(lines) + '\n')
        binary.write_bytes(b''.join(self.weights))
