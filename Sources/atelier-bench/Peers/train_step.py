"""Times one workload of the benchmark in PyTorch, in one float32 mode, and prints one JSON line.

    python train_step.py --workload dcgan64 --mode channels_last --steps 10

One process for one workload and mode, so that the peak of its memory means something.
"""

import argparse
import json
import resource
import statistics
import sys
import time

import torch

from networks import Trainer

MODES = ('contiguous', 'channels_last', 'compiled')


def resident_peak():
    """The peak of resident memory so far in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--workload', choices=tuple(Trainer.SHAPES), required=True)
    parser.add_argument('--mode', choices=MODES, default='channels_last')
    parser.add_argument('--steps', type=int, default=10)
    parser.add_argument('--warmup', type=int, default=3)
    parser.add_argument('--threads', type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    before = resident_peak()
    trainer = Trainer(
        arguments.workload,
        channels_last=arguments.mode != 'contiguous',
        compiled=arguments.mode == 'compiled',
    )
    pictures = torch.rand(trainer.batch, trainer.channels, trainer.size, trainer.size) * 2 - 1
    pictures = pictures.contiguous(memory_format=trainer.layout)
    labels = torch.randint(0, trainer.classes, (trainer.batch,)) if trainer.classes else None
    times = []
    for index in range(arguments.warmup + arguments.steps):
        start = time.perf_counter()
        losses = trainer.step(pictures, labels)
        if index >= arguments.warmup:
            times.append((time.perf_counter() - start) * 1e3)
    if not all(torch.isfinite(loss) for loss in losses):
        sys.exit('a loss is not finite')
    line = {
        'workload': arguments.workload,
        'peer': 'pytorch',
        'version': torch.__version__,
        'mode': arguments.mode,
        'threads': arguments.threads,
        'steps': len(times),
        'median_ms': round(statistics.median(times), 2),
        'min_ms': round(min(times), 2),
        'max_ms': round(max(times), 2),
        'peak_rss_mb': round(resident_peak(), 1),
        'import_rss_mb': round(before, 1),
    }
    print(json.dumps(line), flush=True)


if __name__ == '__main__':
    main()
