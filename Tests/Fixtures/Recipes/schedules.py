"""Learning rates, one for each update from 0 on."""

import torch

from .group import Group


def make():
    g = Group('schedules', 110)

    def schedule(case, attributes, make, steps):
        base = 0.2
        optimizer = torch.optim.SGD([torch.zeros(1)], base)
        scheduler, values = make(optimizer), []
        for _ in range(steps):
            values.append(optimizer.param_groups[0]['lr'])
            optimizer.step()
            scheduler.step()
        # values[i] is the learning rate that update i (from 0) is made with.
        g.add(case, 'schedule', {'base': base} | attributes, {'values': torch.tensor(values)})

    rates = torch.optim.lr_scheduler
    schedule('schedule.constant', {'kind': 'constant'}, lambda o: rates.ConstantLR(o, 1, 0), 8)
    schedule(
        'schedule.linearDecay',
        {'kind': 'linearDecay', 'hold': 4, 'decay': 6},
        lambda o: rates.LambdaLR(o, lambda i: 1 - max(0, i - 4) / 6),
        11,
    )
    schedule(
        'schedule.cosine',
        {'kind': 'cosine', 'steps': 10, 'final': 0.02},
        lambda o: rates.CosineAnnealingLR(o, 10, 0.02),
        11,
    )
    schedule(
        'schedule.warmup', {'kind': 'warmup', 'steps': 5, 'startFactor': 0.1}, lambda o: rates.LinearLR(o, 0.1, 1, 5), 9
    )
    schedule(
        'schedule.warmupFromZero',
        {'kind': 'warmup', 'steps': 5, 'startFactor': 0.0},
        lambda o: rates.LambdaLR(o, lambda i: min(1, i / 5)),
        9,
    )
    g.write()
