#!/usr/bin/env python3
"""Times two builds of atelier-bench in turn on this machine: every row, round by round.

    python3 Sources/atelier-bench/Peers/versions.py OLD NEW [--rounds 3]

Each measurement is a process of its own; the order of the two changes from round to round. Kernels are autotuned by the
first run of each build in a cache of its own. Exits with 1 if a row of NEW takes more than 1.03 times the time of OLD
(the median over the rounds of the ratio of medians) or more than 1.05 times its memory.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROWS = [('step', name) for name in ('dcgan64', 'cgan32', 'pix2pix', 'srgan', 'stylegan2', 'r3gan', 'fastgan')]
ROWS += [('infer', name) for name in ('unet256', 'srvgg', 'rrdb', 'span48', 'realplksr', 'swinir-m', 'dat-2', 'hat-l')]
ROWS += [('infer', name) for name in ('stylegan2-images', 'r3gan-images', 'fastgan-images')]


def measure(program, cache, kind, workload, precision, seconds):
    command = [program, kind, '--workload', workload, '--precision', precision, '--seconds', str(seconds), '--json']
    environment = dict(os.environ, XDG_CACHE_HOME=str(cache))
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return json.loads([line for line in result.stdout.splitlines() if line.startswith('{')][-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('old', type=pathlib.Path)
    parser.add_argument('new', type=pathlib.Path)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--seconds', type=float, default=8)
    parser.add_argument('--rows', nargs='*', help='workload names; all without it')
    options = parser.parse_args()
    programs = [options.old.resolve(), options.new.resolve()]
    slower = False
    with tempfile.TemporaryDirectory() as folder:
        caches = [pathlib.Path(folder) / str(index) for index in range(2)]
        print(f'{"row":16} {"":4} {"old ms":>9} {"new ms":>9} {"ratio":>6} {"(each)":>20} {"old MB":>7} {"new MB":>7} {"ratio":>6}')
        for kind, workload in ROWS:
            if options.rows and workload not in options.rows:
                continue
            for precision in ('f32', 'bf16'):
                for index in range(2):
                    measure(programs[index], caches[index], kind, workload, precision, 0)
                lines = [[], []]
                for turn in range(options.rounds):
                    for index in ((0, 1), (1, 0))[turn % 2]:
                        line = measure(programs[index], caches[index], kind, workload, precision, options.seconds)
                        lines[index].append(line)
                ratios = [new['median_ms'] / old['median_ms'] for old, new in zip(*lines)]
                best = [min(line['min_ms'] for line in found) for found in lines]
                times = [statistics.median(line['median_ms'] for line in found) for found in lines]
                memory = [statistics.median(line['peak_mb'] for line in found) for found in lines]
                ratio, grown = statistics.median(ratios), memory[1] / memory[0]
                wrong = ratio > 1.03 or grown > 1.05
                slower = slower or wrong
                each = ' '.join(f'{value:.3f}' for value in ratios)
                print(
                    f'{workload:16} {precision:4} {times[0]:9.1f} {times[1]:9.1f} {ratio:6.3f} {each:>20} '
                    f'{memory[0]:7.0f} {memory[1]:7.0f} {grown:6.3f} min {best[1] / best[0]:.3f}{"  <- over" if wrong else ""}',
                    flush=True,
                )
    sys.exit(1 if slower else 0)


if __name__ == '__main__':
    main()
