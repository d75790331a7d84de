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
    schedule('schedule.cosine', {'kind': 'cosine', 'steps': 10}, lambda o: rates.CosineAnnealingLR(o, 10), 11)
    # Up from a fifth of the rate at the first update to the whole of it at the fifth.
    schedule('schedule.warmUp', {'kind': 'warmUp', 'steps': 5}, lambda o: rates.LinearLR(o, 0.2, 1, 4), 9)
    g.write()
