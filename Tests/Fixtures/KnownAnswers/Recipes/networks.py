"""A DCGAN pair for 16x16 images, layer by layer."""

import torch
from torch import nn

from .group import Group


def make():
    g = Group('networks', 106)
    up, down = nn.ConvTranspose2d, nn.Conv2d
    generator = nn.Sequential(
        up(8, 8, 4, 1, 0, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        up(8, 4, 4, 2, 1, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        up(4, 1, 4, 2, 1),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        down(1, 4, 4, 2, 1),
        nn.LeakyReLU(0.2),
        down(4, 8, 4, 2, 1, bias=False),
        nn.BatchNorm2d(8),
        nn.LeakyReLU(0.2),
        down(8, 1, 4, 1, 0),
    )

    def describe(layer):
        kind = {
            nn.ConvTranspose2d: 'convTranspose2d',
            nn.Conv2d: 'conv2d',
            nn.BatchNorm2d: 'batchNorm',
            nn.ReLU: 'relu',
            nn.LeakyReLU: 'leakyRelu',
            nn.Tanh: 'tanh',
        }[type(layer)]
        if kind.startswith('conv'):
            return {
                'kind': kind,
                'inputs': layer.in_channels,
                'outputs': layer.out_channels,
                'kernel': layer.kernel_size[0],
                'stride': layer.stride[0],
                'padding': layer.padding[0],
                'bias': layer.bias is not None,
            }
        return {'kind': kind, 'features': layer.num_features} if kind == 'batchNorm' else {'kind': kind}

    for case, network, shape in [
        ('generator', generator, (5, 8, 1, 1)),
        ('discriminator', discriminator, (5, 1, 16, 16)),
    ]:
        network.double()
        stored = {}
        for name, p in network.named_parameters():
            p.data.copy_(
                (g.normal(*p.shape, scale=0.2) + (1 if name.endswith('weight') and p.dim() == 1 else 0)).float()
            )
        for name, b in network.named_buffers():
            if 'running' in name:
                b.copy_(
                    (
                        g.normal(*b.shape, scale=0.2) if 'mean' in name else g.uniform(*b.shape, low=0.5, high=1.5)
                    ).float()
                )
        for name, value in network.state_dict().items():
            if 'num_batches' not in name:
                stored[name] = value.clone()
        x = g.normal(*shape).float().double().requires_grad_(True)
        stored['input'] = x
        network.eval()
        stored['output.inference'] = network(x)
        network.train()
        output = network(x)
        stored['output.training'] = output
        for name, value in network.named_buffers():
            if 'running' in name:
                stored['after.' + name] = value.clone()
        stored['cotangent'] = g.normal(*output.shape).float().double()
        names = [n for n, _ in network.named_parameters()]
        gradients = torch.autograd.grad((output * stored['cotangent']).sum(), [x] + list(network.parameters()))
        for name, value in zip(['input'] + names, gradients):
            stored[f'grad.{name}'] = value
        # Gradients are those of the training pass; both passes start from the stored running statistics.
        g.add(case, 'sequential', {'layers': [describe(l) for l in network]}, stored)
    g.write()
