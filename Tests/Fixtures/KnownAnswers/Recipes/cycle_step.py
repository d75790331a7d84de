"""One training step of CycleGAN, written from the paper: what every network minimizes and how its weights move.

Plain gradient descent, so that the move is the gradient; weights are drawn from their names.
"""

import itertools

import torch
import torch.nn.functional as F

from .drawn_weights import drawn
from .group import Group
from .images_to_images import translation

RATE = 0.5


def network(made, name):
    made = made.double()
    for key, value in made.named_parameters():
        value.data.copy_(drawn(f'{name}.{key}', tuple(value.shape)))
    return made


def add(g, case, channels, identity, weights):
    (ca, cb), (weight_a, weight_b) = channels, weights
    there = network(translation.ResNet(ca, cb, 1, 2), 'AtoB.generator')
    back = network(translation.ResNet(cb, ca, 1, 2), 'BtoA.generator')
    judge_b = network(translation.PatchDiscriminator(cb, 1, 2, 'instance'), 'AtoB.discriminator')
    judge_a = network(translation.PatchDiscriminator(ca, 1, 2, 'instance'), 'BtoA.discriminator')
    parts = {'AtoB.generator': there, 'BtoA.generator': back,
             'AtoB.discriminator': judge_b, 'BtoA.discriminator': judge_a}
    a, b = (torch.tanh(g.normal(1, c, 12, 16)).float().double() for c in channels)

    def squares(logits, target):
        return F.mse_loss(logits, torch.full_like(logits, target))

    in_b, in_a = there(a), back(b)
    seen = {
        'AtoB.adversarial': squares(judge_b(in_b), 1), 'BtoA.adversarial': squares(judge_a(in_a), 1),
        'AtoB.cycle': F.l1_loss(back(in_b), a), 'BtoA.cycle': F.l1_loss(there(in_a), b),
    }
    goal = seen['AtoB.adversarial'] + seen['BtoA.adversarial']
    goal = goal + weight_a * seen['AtoB.cycle'] + weight_b * seen['BtoA.cycle']
    if identity:
        seen |= {'AtoB.identity': F.l1_loss(there(b), b), 'BtoA.identity': F.l1_loss(back(a), a)}
        goal = goal + identity * (weight_b * seen['AtoB.identity'] + weight_a * seen['BtoA.identity'])
    moving = torch.optim.SGD(itertools.chain(there.parameters(), back.parameters()), lr=RATE)
    goal.backward()
    moving.step()
    for name, judge, true, false in (('AtoB', judge_b, b, in_b), ('BtoA', judge_a, a, in_a)):
        judge.zero_grad()
        loss = (squares(judge(true), 1) + squares(judge(false.detach()), 0)) / 2
        loss.backward()
        torch.optim.SGD(judge.parameters(), lr=RATE).step()
        seen[f'{name}.discriminator'] = loss

    tensors = {'a': a, 'b': b} | {f'loss.{k}': v for k, v in seen.items()}
    for name, part in parts.items():
        for key, value in part.named_parameters():
            tensors[f'moved.{name}.{key}'] = value.detach() - drawn(f'{name}.{key}', tuple(value.shape)).double()
    attributes = {'rate': RATE, 'identity': identity, 'weightA': weight_a, 'weightB': weight_b,
                  'channelsA': ca, 'channelsB': cb}
    g.add(case, 'cycleStep', attributes, tensors)


def make():
    g = Group('cycle', 112)
    add(g, 'paper', (3, 3), 0.5, (10, 10))
    add(g, 'uneven', (1, 2), 0, (10, 5))
    g.write()
