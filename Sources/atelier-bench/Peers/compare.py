#!/usr/bin/env python3
"""Times training steps of Atelier and of PyTorch in turn on this machine, and records the figures.

    swift build -c release --product atelier-bench
    python3 Sources/atelier-bench/Peers/compare.py

PyTorch is installed into a throw-away environment (`.build-bench-venv`) unless `--python` names an interpreter that
has it. Each measurement is a process of its own. PyTorch's modes are tried first; its fastest one then runs in turn
with ours, round after round, so that what else the machine does meets both alike.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

PEERS = pathlib.Path(__file__).resolve().parent
REPOSITORY = PEERS.parents[2]
WORKLOADS = {
    'dcgan64': 'DCGAN 64×64×3, nz 100, ngf = ndf = 64, batch 64',
    'cgan32': 'class-conditional DCGAN 32×32×1, 10 classes, ngf = ndf = 64, batch 128',
}
MODES = ('contiguous', 'channels_last', 'compiled')


def peer_python(folder):
    """The interpreter of the throw-away environment, which is made if it is missing."""
    python = folder / 'bin' / 'python'
    if python.exists() and subprocess.run([python, '-c', 'import torch, numpy'], capture_output=True).returncode == 0:
        return python
    print(f'Installing PyTorch into {folder} (delete it afterwards if you like)', flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, '-m', 'venv', folder], check=True)
    install = [python, '-m', 'pip', 'install', '--quiet', 'torch', 'numpy']
    processors_only = [
        *install,
        '--index-url',
        'https://download.pytorch.org/whl/cpu',
        '--retries',
        '1',
        '--timeout',
        '15',
    ]
    if subprocess.run(processors_only, stderr=subprocess.DEVNULL).returncode != 0:
        # PyPI's build is the same code with GPU support added, and a much larger download.
        subprocess.run(install, check=True)
    return python


def measure(command, limit):
    """The last JSON line that a command prints, or nothing if it fails or takes longer than the limit in seconds."""
    try:
        result = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    lines = [line for line in result.stdout.splitlines() if line.startswith('{')]
    if result.returncode != 0 or not lines:
        sys.stderr.write(result.stderr[-2000:])
        return None
    return json.loads(lines[-1])


def compare(workload, ours, theirs, rounds):
    """Alternating rounds of one workload: (PyTorch's probes by mode, our lines, PyTorch's lines)."""
    probes = {}
    for mode in MODES:
        line = measure([*theirs, '--workload', workload, '--mode', mode], 120 if mode == 'compiled' else 600)
        if line is not None:
            probes[mode] = line
        shown = f'{line["median_ms"]:8.1f} ms' if line else 'not available'
        print(f'{workload:8} PyTorch {mode:14} {shown}', flush=True)
    if not probes:
        sys.exit('PyTorch did not run; its error is above.')
    # The fastest single step: what else the machine does during a short probe must not choose the mode.
    best = min(probes, key=lambda mode: probes[mode]['min_ms'])
    our_lines, their_lines = [], []
    for index in range(rounds):
        us = measure([*ours, '--workload', workload, '--json'], 600)
        them = measure([*theirs, '--workload', workload, '--mode', best], 600)
        if us is None or them is None:
            sys.exit(f'round {index + 1} of {workload} failed; the error is above.')
        our_lines.append(us)
        their_lines.append(them)
        ratio = them['median_ms'] / us['median_ms']
        print(
            f'{workload:8} round {index + 1}: Atelier {us["median_ms"]:8.1f} ms {us["peak_mb"]:7.0f} MB   '
            f'PyTorch {them["median_ms"]:8.1f} ms {them["peak_mb"]:7.0f} MB   {ratio:.2f}x',
            flush=True,
        )
    return probes, our_lines, their_lines


def summary(our_lines, their_lines):
    """Medians over the rounds, the ratio of each round, and the peak of memory."""
    ratios = [them['median_ms'] / us['median_ms'] for us, them in zip(our_lines, their_lines)]
    return {
        'ours': statistics.median(line['median_ms'] for line in our_lines),
        'theirs': statistics.median(line['median_ms'] for line in their_lines),
        'ratio': statistics.median(ratios),
        'ratios': ratios,
        'our_best': min(line['min_ms'] for line in our_lines),
        'their_best': min(line['min_ms'] for line in their_lines),
        'our_memory': max(line['peak_mb'] for line in our_lines),
        'their_memory': max(line['peak_mb'] for line in their_lines),
        'their_import': max(line['import_mb'] for line in their_lines),
        'mode': their_lines[0]['mode'],
        'threads': (our_lines[0].get('threads'), their_lines[0]['threads']),
    }


def first_line(command):
    """The first line that a command prints, or an empty text where it is not there."""
    try:
        printed = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        return ''
    return printed.splitlines()[0] if printed else ''


def machine():
    """The machine in words."""
    model, flags = platform.machine(), ''
    if pathlib.Path('/proc/cpuinfo').exists():
        for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines():
            if line.startswith('model name'):
                model = line.split(':', 1)[1].strip()
            if line.startswith('flags'):
                flags = line
    vectors = 'AVX-512' if ' avx512f' in flags else 'AVX2' if ' avx2' in flags else 'no AVX2'
    return f'{model}, {os.cpu_count()} processors ({vectors})'


def write_report(path, results, torch_version, rounds, load):
    """Writes the figures with the machine, the versions and the date."""
    onednn = first_line(['dpkg-query', '-W', '-f', '${Version}', 'libdnnl-dev']) or 'see the build'
    lines = [
        '# Benchmarks',
        '',
        'Training steps, Atelier beside PyTorch, in alternating rounds on one machine. Made by `make bench`, which',
        'writes this page; run it to see the figures of your own machine.',
        '',
        f'- Machine: {machine()}, {platform.system()} {platform.release()}',
        f'- {first_line(["swift", "--version"])}; oneDNN {onednn}',
        f'- PyTorch {torch_version}, Python {platform.python_version()}',
        f'- {datetime.date.today().isoformat()}, {rounds} rounds; load average at the start {load:.1f}',
        '',
        *(
            ['The machine was busy with other work: the times are too long, the ratios less sure.', '']
            if load > 0.5
            else []
        ),
        '| workload | Atelier | PyTorch (best mode) | ratio | of each round | memory, Atelier | memory, PyTorch |',
        '|---|---|---|---|---|---|---|',
    ]
    for workload, (_, s) in results.items():
        each = ', '.join(f'{ratio:.2f}' for ratio in s['ratios'])
        cells = [
            f'`{workload}`',
            f'{s["ours"]:.0f} ms',
            f'{s["theirs"]:.0f} ms ({s["mode"]})',
            f'**{s["ratio"]:.2f}×**',
            each,
            f'{s["our_memory"]:.0f} MB',
            f'{s["their_memory"]:.0f} MB, of which {s["their_import"]:.0f} MB before the first step',
        ]
        lines.append('| ' + ' | '.join(cells) + ' |')
    lines += [
        '',
        'Fastest single steps: '
        + '; '.join(f'`{w}` {s["our_best"]:.0f} ms against {s["their_best"]:.0f} ms' for w, (_, s) in results.items())
        + '.',
    ]
    lines += ['', '## What is timed', '']
    lines += [f'- `{name}`: {text}.' for name, text in WORKLOADS.items()]
    lines += [
        '',
        'One step is one discriminator update (real and fake batches apart, binary cross-entropy on logits) and one',
        'generator update through the updated discriminator, both with Adam (2e-4, β1 0.5, β2 0.999), float32',
        'throughout. The fake batch is generated once. A figure is the median step of a process after warm-up; the',
        'table shows the median over the rounds. Memory is the peak of the resident set of that process.',
        '',
        "PyTorch's modes, tried first (the fastest one then runs in turn with Atelier):",
        '',
        '| workload | ' + ' | '.join(MODES) + ' |',
        '|---|' + '---|' * len(MODES),
    ]
    for workload, (probes, _) in results.items():
        cells = [
            f'{probes[m]["median_ms"]:.0f} ms (fastest {probes[m]["min_ms"]:.0f})' if m in probes else 'not available'
            for m in MODES
        ]
        lines.append(f'| `{workload}` | ' + ' | '.join(cells) + ' |')
    threads = next(iter(results.values()))[1]['threads']
    lines += ['', f'Threads: Atelier {threads[0]}, PyTorch {threads[1]}.']
    path.write_text('\n'.join(lines) + '\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--python', type=pathlib.Path, help='an interpreter that has torch')
    parser.add_argument('--bench', type=pathlib.Path, default=REPOSITORY / '.build/release/atelier-bench')
    parser.add_argument('--workload', choices=tuple(WORKLOADS), action='append', help='default: all')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--steps', type=int, default=10)
    parser.add_argument('--report', type=pathlib.Path, default=REPOSITORY / 'Docs/benchmarks.md')
    arguments = parser.parse_args()
    if not arguments.bench.exists():
        sys.exit(f'{arguments.bench} is missing: swift build -c release --product atelier-bench')
    python = arguments.python or peer_python(REPOSITORY / '.build-bench-venv')
    torch_version = first_line([str(python), '-c', 'import torch; print(torch.__version__)'])
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f'The machine is busy (load average {load:.1f}): times will be too long, ratios less sure.', flush=True)
    ours = [arguments.bench, 'step', '--steps', arguments.steps]
    theirs = [python, PEERS / 'train_step.py', '--steps', arguments.steps]
    results = {}
    for workload in arguments.workload or WORKLOADS:
        probes, us, them = compare(workload, ours, theirs, max(3, arguments.rounds))
        results[workload] = (probes, summary(us, them))
    for workload, (_, s) in results.items():
        print(
            f'{workload:8} Atelier {s["ours"]:.1f} ms, {s["our_memory"]:.0f} MB; PyTorch {s["mode"]} '
            f'{s["theirs"]:.1f} ms, {s["their_memory"]:.0f} MB; {s["ratio"]:.2f}x as fast'
        )
    arguments.report.parent.mkdir(parents=True, exist_ok=True)
    write_report(arguments.report, results, torch_version, max(3, arguments.rounds), load)
    print(f'Written: {arguments.report}')


if __name__ == '__main__':
    main()
