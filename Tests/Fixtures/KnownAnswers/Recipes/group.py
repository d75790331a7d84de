"""Cases that share a file, and how an answer is stored."""

import json
import pathlib

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).resolve().parent.parent


class Group:
    """Cases that share a file."""

    def __init__(self, name, seed):
        self.name = name
        self.random = torch.Generator().manual_seed(seed)
        self.cases, self.tensors = [], {}

    def normal(self, *shape, scale=1.0):
        return (torch.randn(shape, generator=self.random) * scale).double()

    def uniform(self, *shape, low=0.0, high=1.0):
        return (torch.rand(shape, generator=self.random) * (high - low) + low).double()

    def add(self, case, operation, attributes, tensors):
        assert all(c['name'] != case for c in self.cases), case
        for key, value in tensors.items():
            self.tensors[f'{case}.{key}'] = torch.as_tensor(value).detach().to(torch.float32).contiguous().clone()
        self.cases.append({'name': case, 'operation': operation, 'attributes': attributes, 'tensors': list(tensors)})

    def differentiate(self, case, operation, attributes, inputs, function, extra=None):
        """Adds a case with its output, a random cotangent and the gradient with respect to each input."""
        inputs = {k: v.float().double().requires_grad_(True) for k, v in inputs.items()}
        output = function(**inputs)
        cotangent = self.normal(*output.shape).float().double()
        gradients = torch.autograd.grad((output * cotangent).sum(), list(inputs.values()))
        stored = dict(inputs) | {'output': output, 'cotangent': cotangent}
        stored |= {f'grad.{k}': g for k, g in zip(inputs, gradients)}
        self.add(case, operation, attributes, stored | (extra() if extra else {}))

    def write(self):
        save_file(self.tensors, HERE / f'{self.name}.safetensors')
        (HERE / f'{self.name}.safetensors').chmod(0o644)
        lines = ',\n'.join('  ' + json.dumps(case) for case in self.cases)
        version = json.dumps(torch.__version__)
        (HERE / f'{self.name}.json').write_text(f'{{"torch": {version}, "cases": [\n{lines}\n]}}\n')


def softplus(x):
    # PyTorch's own switches to the identity above its threshold, which is 2e-9 off; this one is exact everywhere.
    return torch.logaddexp(x, torch.zeros_like(x))
