"""Times one training workload of the benchmark in PyTorch, in one mode, and prints one JSON line.

    python train_step.py --workload pix2pix --mode channels_last --precision bf16

One process for one workload and mode, so that the peak of its memory means something.
"""

import argparse
import sys
import time

import torch

from measurement import report, resident_peak
from networks.dcgan import Trainer
from steps.generators import TRAINERS
from steps.paired import Pix2PixTrainer, SRGANTrainer

MODES = ('contiguous', 'channels_last', 'compiled')
PAIRED = {'pix2pix': Pix2PixTrainer, 'srgan': SRGANTrainer}


def make(workload, mode, bf16):
    """A trainer and its batch."""
    torch.manual_seed(0)
    channels_last = mode != 'contiguous'
    if workload in PAIRED:
        trainer = PAIRED[workload](channels_last, bf16)
        return trainer, trainer.batch()
    if workload in TRAINERS:
        trainer = TRAINERS[workload](mode, bf16)
        return trainer, trainer.batch()
    trainer = Trainer(workload, channels_last=channels_last, compiled=mode == 'compiled', bf16=bf16)
    return trainer, trainer.batch_of_noise()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--workload', choices=(*Trainer.SHAPES, *PAIRED, *TRAINERS), required=True)
    parser.add_argument('--mode', choices=MODES, default='channels_last')
    parser.add_argument('--precision', choices=('f32', 'bf16'), default='f32')
    parser.add_argument('--runs', type=int, default=20)
    parser.add_argument('--seconds', type=float, default=10, help='after which no further step is started')
    parser.add_argument('--warmup', type=int, default=3)
    parser.add_argument('--threads', type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    before = resident_peak()
    trainer, batch = make(arguments.workload, arguments.mode, arguments.precision == 'bf16')
    # A time is of the average step: each kind of step by its share.
    kinds = getattr(trainer, 'KINDS', None)

    def timed(**number):
        start = time.perf_counter()
        found = trainer.step(*batch, **number)
        return (time.perf_counter() - start) * 1e3, found

    def average():
        if kinds is None:
            return timed()
        found = [(share, *timed(number=number)) for number, share in kinds]
        return sum(share * milliseconds for share, milliseconds, _ in found), found[-1][2]

    # Long steps need no third run to be warm, and no third measurement.
    start = time.perf_counter()
    for run in range(arguments.warmup):
        average()
        if run > 0 and time.perf_counter() - start > 4 * arguments.seconds:
            break
    times, end = [], time.perf_counter() + arguments.seconds
    while len(times) < 2 or (len(times) < arguments.runs and time.perf_counter() < end):
        milliseconds, losses = average()
        times.append(milliseconds)
    if not all(torch.isfinite(loss) for loss in losses):
        sys.exit('a loss is not finite')
    report(
        'PyTorch', torch.__version__, arguments.workload, arguments.mode, arguments.precision, arguments.threads, times,
        import_mb=round(before, 1),
    )


if __name__ == '__main__':
    main()
