#!/usr/bin/env python3
"""Times Atelier and its peers in turn on this machine, and records the figures in Docs/benchmarks.md.

    swift build -c release --product atelier-bench
    python3 Sources/atelier-bench/Peers/compare.py

The peers are installed into a throw-away environment (`.build-bench-venv`) unless `--python` names an interpreter that
has them (requirements.txt). Each measurement is a process of its own. In the first round every contender of a row
runs; in the rounds after it Atelier and the fastest of the others in turn, so that what else the machine does meets
both alike.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import page
from bench import PEERS, Bench
from workloads import ATELIER, WORKLOADS, peers

REPOSITORY = PEERS.parents[2]


def peer_python(folder):
    """The interpreter of the throw-away environment, which is made if it is missing."""
    python = folder / 'bin' / 'python'
    wanted = 'import torch, numpy, safetensors, onnx, onnxscript, onnxruntime, openvino, ncnn, spandrel'
    if python.exists() and subprocess.run([python, '-c', wanted], capture_output=True).returncode == 0:
        return python
    print(f'Installing the peers into {folder} (delete it afterwards if you like)', flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, '-m', 'venv', folder], check=True)
    install = [python, '-m', 'pip', 'install', '--quiet']
    # PyPI's PyTorch is the same code with GPU support added, and a much larger download.
    lean = ['torch', '--index-url', 'https://download.pytorch.org/whl/cpu', '--retries', '1', '--timeout', '15']
    subprocess.run([*install, *lean], stderr=subprocess.DEVNULL)
    subprocess.run([*install, '-r', PEERS / 'requirements.txt'], check=True)
    return python


def prepare(bench, workload):
    """Weights, input and the peers' own files; made once for each version of our program."""
    folder = bench.folder / workload.name
    done = folder / 'prepared'
    if done.exists() and done.stat().st_mtime > bench.program.stat().st_mtime:
        return
    shutil.rmtree(folder, ignore_errors=True)
    print(f'{workload.name:16} preparing the peers', flush=True)
    subprocess.run([bench.program, 'infer', '--workload', workload.name, '--prepare', folder], check=True)
    command = [bench.python, PEERS / 'prepare.py', '--workload', workload.name, '--folder', folder]
    subprocess.run(command, capture_output=True, timeout=1800)
    done.touch()


def compare(bench, workload, precision, rounds):
    """Every contender's lines over the rounds, and the fastest of the others; nothing if ours does not run."""
    lines = {}

    def measure(contender):
        line = bench.measure(workload, contender, precision)
        if line is None:
            return
        lines.setdefault(contender, []).append(line)
        print(
            f'{workload.name:16} {precision:4} {str(contender):22} {line["median_ms"]:9.1f} ms '
            f'{line["peak_mb"]:7.0f} MB',
            flush=True,
        )

    # Kernels are tried and chosen in a run of its own, whose time and memory do not count.
    bench.ours('step' if workload.trains else 'infer', workload.name, precision, '--runs', 1, seconds=0)
    measure(ATELIER)
    for contender in peers(workload, precision):
        measure(contender)
    others = [c for c in lines if c != ATELIER]
    if ATELIER not in lines or not others:
        return None
    # The fastest single run: what else the machine does in one measurement must not choose the peer.
    best = min(others, key=lambda c: lines[c][0]['min_ms'])
    for _ in range(rounds - 1):
        measure(ATELIER)
        measure(best)
    return summary(lines, best)


def summary(lines, best):
    """Plain data: medians over the rounds, the ratio of each round, peaks of memory."""

    def of(contender):
        found = lines[contender]
        return {
            'name': str(contender),
            'version': found[0]['version'],
            'ms': statistics.median(line['median_ms'] for line in found),
            'min_ms': min(line['min_ms'] for line in found),
            'first_ms': found[0].get('first_ms'),
            'mb': max(line['peak_mb'] for line in found),
            'import_mb': found[0].get('import_mb'),
            'threads': found[0]['threads'],
        }

    pairs = list(zip(lines[ATELIER], lines[best]))
    ratios = [us['median_ms'] / them['median_ms'] for us, them in pairs]
    return {
        'ours': of(ATELIER),
        'best': of(best),
        'others': [of(c) for c in lines if c != ATELIER],
        'ratio': statistics.median(ratios),
        'ratios': ratios,
        'leanest_mb': min(of(c)['mb'] for c in lines if c != ATELIER),
    }


def growth(bench, quick):
    """How time grows with size, batch and threads on `srvgg`, ours and PyTorch's."""
    place = bench.folder / 'srvgg'

    def both(size, batch, threads):
        ours = bench.run(
            [bench.program, 'infer', '--workload', 'srvgg', '--size', size, '--batch', batch, '--threads', threads]
            + ['--seconds', 1.5, '--json']
        )
        theirs = None
        if not quick:
            theirs = bench.run(
                [bench.python, PEERS / 'infer.py', '--peer', 'pytorch', '--workload', 'srvgg', '--folder', place]
                + ['--mode', 'channels_last', '--size', size, '--batch', batch, '--threads', threads, '--seconds', 1.5]
            )
        print(f'srvgg    size {size}, batch {batch}, threads {threads}: {ours and ours["median_ms"]} ms', flush=True)
        return {'size': size, 'batch': batch, 'threads': threads} | {
            name: line and {'ms': line['median_ms'], 'mb': line['peak_mb']}
            for name, line in (('ours', ours), ('theirs', theirs))
        }

    sizes = (64, 128, 256, 512) if quick else (64, 128, 256, 512, 1024)
    return {
        'size': [both(size, 1, bench.threads) for size in sizes],
        'batch': [both(128, batch, bench.threads) for batch in (1, 2, 4, 8)],
        'threads': [both(256, 1, threads) for threads in sorted({1, 2, bench.threads})],
    }


def profile(bench, workload, precision):
    """Where the time goes: the shares of functions by perf's sampling; nothing where perf does not work."""
    if shutil.which('perf') is None:
        return None
    data = bench.folder / 'perf.data'
    command = [bench.program, 'step' if workload.trains else 'infer', '--workload', workload.name]
    command += ['--seconds', '4', '--runs', '1000', '--threads', str(bench.threads)]
    command += ['--precision', 'bf16'] if precision == 'bf16' else []
    recorded = subprocess.run(
        # The first two seconds are for weights and for the choice of kernels.
        ['perf', 'record', '-q', '-D', '2000', '-o', data, '-F', '499', '-e', 'cpu-clock', '--', *command],
        capture_output=True,
        env=bench.environment,
    )
    if recorded.returncode != 0:
        return None
    report = subprocess.run(
        ['perf', 'report', '-i', data, '--stdio', '--sort', 'dso,symbol', '-F', 'overhead,dso,symbol'],
        capture_output=True,
        text=True,
    )
    return page.profile_rows(report.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--python', type=pathlib.Path, help='an interpreter that has the peers')
    parser.add_argument('--bench', type=pathlib.Path, default=REPOSITORY / '.build/release/atelier-bench')
    parser.add_argument('--workload', choices=[w.name for w in WORKLOADS], action='append', help='default: all')
    parser.add_argument('--precision', choices=('f32', 'bf16'), action='append', help='default: both')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--seconds', type=float, default=3, help='of each measurement, after warm-up')
    parser.add_argument('--threads', type=int, default=0, help='default: physical cores')
    parser.add_argument('--quick', action='store_true', help='one short round, no sweeps of the peers')
    parser.add_argument('--report', type=pathlib.Path, default=REPOSITORY / 'Docs/benchmarks.md')
    parser.add_argument('--folder', type=pathlib.Path, default=REPOSITORY / '.build/bench')
    arguments = parser.parse_args()
    if not arguments.bench.exists():
        sys.exit(f'{arguments.bench} is missing: swift build -c release --product atelier-bench')
    if arguments.quick:
        arguments.rounds, arguments.seconds = 1, min(arguments.seconds, 2)
    python = arguments.python or peer_python(REPOSITORY / '.build-bench-venv')
    folder = arguments.folder.resolve()
    shutil.rmtree(folder / 'cache', ignore_errors=True)
    (folder / 'cache').mkdir(parents=True)

    started, load = time.time(), os.getloadavg()[0]
    bench = Bench(arguments.bench.resolve(), python, folder, arguments.threads, arguments.seconds)
    peak = bench.ours('peak', '', 'f32', seconds=1)
    if peak is None:
        sys.exit(f'{arguments.bench} does not run; its error is above.')
    bench.threads = peak['threads']
    record = {
        'load': load,
        'rounds': arguments.rounds,
        'threads': bench.threads,
        'gflops': 2 * 1536**3 / peak['min_ms'] / 1e6,
        'rows': {},
        'agreement': {},
        'profiles': {},
    }
    chosen = [w for w in WORKLOADS if w.name in (arguments.workload or [w.name])]
    for workload in chosen:
        if not workload.trains:
            prepare(bench, workload)
        for precision in arguments.precision or ('f32', 'bf16'):
            row = compare(bench, workload, precision, arguments.rounds)
            if row is None:
                continue
            record['rows'][f'{workload.name} {precision}'] = row
            if row['ratio'] > (workload.target if precision == 'f32' else workload.half_target):
                record['profiles'][f'{workload.name} {precision}'] = profile(bench, workload, precision)
        if not workload.trains:
            record['agreement'][workload.name] = bench.run([python, PEERS / 'agreement.py', folder / workload.name])
    if any(w.name == 'srvgg' for w in chosen):
        record['growth'] = growth(bench, arguments.quick)
    record['minutes'] = (time.time() - started) / 60
    (folder / 'record.json').write_text(json.dumps(record, indent=1))
    page.write(arguments.report, record)
    print(f'Written after {record["minutes"]:.1f} minutes: {arguments.report}')


if __name__ == '__main__':
    main()
