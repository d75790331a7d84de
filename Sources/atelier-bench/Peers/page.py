"""The page of figures: Docs/benchmarks.md between its two markers; text outside of them stays."""

import datetime
import os
import pathlib
import platform
import re
import subprocess

from workloads import WORKLOADS

BEGIN, END = '<!-- figures: written by make bench -->', '<!-- end of figures -->'


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
    half = ', bfloat16' if ' avx512_bf16' in flags else ''
    return f'{model}, {os.cpu_count()} processors ({vectors}{half})'


def table(head, rows):
    return ['| ' + ' | '.join(head) + ' |', '|' + '---|' * len(head), *('| ' + ' | '.join(r) + ' |' for r in rows), '']


def milliseconds(value):
    return f'{value:.0f} ms' if value >= 100 else f'{value:.1f} ms'


def speed_rows(record, trains, precision):
    """Ours beside the best peer, one row for each workload."""
    rows = []
    for workload in WORKLOADS:
        row = record['rows'].get(f'{workload.name} {precision}')
        if workload.trains != trains or row is None:
            continue
        target = workload.target if precision == 'f32' else workload.half_target
        ours, best = row['ours'], row['best']
        limit = 2 * workload.gmac / record['gflops'] * 1e3
        each = ', '.join(f'{ratio:.2f}' for ratio in row['ratios'])
        rows.append(
            [
                f'`{workload.name}`',
                milliseconds(ours['ms']),
                f'{milliseconds(best["ms"])} ({best["name"]})',
                f'**{row["ratio"]:.2f}** ({each})',
                f'≤ {target:.2f}: {"met" if row["ratio"] <= target else "missed"}',
                f'{limit / ours["ms"]:.0%}',
                f'{ours["mb"]:.0f} MB',
                f'{best["mb"]:.0f} MB; smallest {row["leanest_mb"]:.0f} MB',
            ]
        )
    return rows


def contender_rows(record):
    """The figures of all programs, with the fastest runs in parentheses."""
    rows = []
    for name, row in record['rows'].items():
        for entry in [row['ours'], *sorted(row['others'], key=lambda e: e['ms'])]:
            before = f', of which {entry["import_mb"]:.0f} MB before any work' if entry['import_mb'] else ''
            fastest = f'{milliseconds(entry["ms"])} (fastest {milliseconds(entry["min_ms"])})'
            rows.append([f'`{name}`', entry['name'], fastest, f'{entry["mb"]:.0f} MB{before}'])
    return rows


def agreement_rows(record):
    rows = []
    for workload, found in record['agreement'].items():
        for name, numbers in (found or {}).items():
            if 'error' in numbers:
                rows.append([f'`{workload}`', name, numbers['error'], ''])
            else:
                rows.append([f'`{workload}`', name, f'{numbers["largest"]:.1e}', f'{numbers["psnr"]:.1f} dB'])
    return rows


def growth_lines(record):
    growth = record.get('growth')
    if not growth:
        return []

    def cells(entry, pixels):
        line = []
        for side in ('ours', 'theirs'):
            found = entry[side]
            line += [milliseconds(found['ms']), f'{found["ms"] * 1e6 / pixels:.0f} ns'] if found else ['–', '–']
        return line + [f'{entry["ours"]["mb"]:.0f} MB' if entry['ours'] else '–']

    lines = ['## How the cost grows', '', '`srvgg` in float32, with nanoseconds for each pixel of the input.', '']
    for name in ('size', 'batch', 'threads'):
        head = [name, 'Atelier', 'per pixel', 'PyTorch channels_last', 'per pixel', 'memory, Atelier']
        rows = []
        for entry in growth[name]:
            shown = f'{entry["size"]}²' if name == 'size' else str(entry[name])
            rows.append([shown, *cells(entry, entry['size'] ** 2 * entry['batch'])])
        lines += table(head, rows)
    return lines


def profile_rows(report):
    """The largest shares of a `perf report`: [share, library, function]."""
    rows = []
    for line in report.splitlines():
        found = re.match(r'\s*([\d.]+)%\s+(.+?)\s+\[(.)\]\s+(\S+)', line)
        if found:
            share, library, _, function = found.groups()
            if library.startswith('[JIT]') or library == '[unknown]' or library.startswith('anon'):
                library, function = 'oneDNN', 'generated kernels'
            elif function.startswith('0x'):
                function = 'waiting' if library.startswith('libgomp') else 'without a name'
            rows.append((float(share), library, function))
    merged = {}
    for share, library, function in rows:
        merged[library, function] = merged.get((library, function), 0) + share
    largest = sorted(merged.items(), key=lambda item: -item[1])[:12]
    return [[f'{share:.1f} %', library, function] for (library, function), share in largest]


def profile_lines(record):
    lines = []
    for name, rows in record['profiles'].items():
        if rows:
            lines += [f'### `{name}`', '', *table(['share', 'library', 'function'], [[a, b, f'`{c}`'] for a, b, c in rows])]
    if not lines:
        return []
    about = [
        '## Where the time goes in rows that missed their aim',
        '',
        'The samples are of all threads, by function. Time in `libgomp` is time spent waiting for other threads.',
        '',
    ]
    return about + lines


def figures(record):
    load = record['load']
    versions = {}
    for row in record['rows'].values():
        for entry in row['others']:
            versions[entry['name'].split(' channels')[0].split(' contig')[0]] = entry['version']
    named = ', '.join(f'{peer} {version}' for peer, version in sorted(versions.items()))
    onednn = first_line(['dpkg-query', '-W', '-f', '${Version}', 'libdnnl-dev']) or 'see the build'
    lines = [
        f'- Machine: {machine()}, {platform.system()} {platform.release()}; {record["threads"]} threads for every program',
        f'- {first_line(["swift", "--version"])}; oneDNN {onednn}',
        f'- {named}; Python {platform.python_version()}',
        f'- {datetime.date.today().isoformat()}, rounds: {record["rounds"]}, {record["minutes"]:.0f} minutes; '
        f'load average at the start: {load:.1f}',
        f'- Peak: {record["gflops"]:.0f} GFLOP/s in float32, the rate of our fastest large matrix product',
        '',
    ]
    if load > 0.5:
        lines += [
            'Other programs used the machine, too: the times are too long, and the ratios are less certain.',
            '',
        ]
    for trains, title in ((True, 'Training, one step'), (False, 'Inference')):
        for precision, spoken in (('f32', 'float32'), ('bf16', 'bfloat16')):
            rows = speed_rows(record, trains, precision)
            if rows:
                head = ['workload', 'Atelier', 'best peer', 'ratio (of each round)', 'aim', 'of peak']
                lines += [f'## {title}, {spoken}', '', *table([*head, 'memory, Atelier', 'memory, peers'], rows)]
    agreed = agreement_rows(record)
    if agreed:
        lines += ['## Agreement', '']
        lines += ['These are the differences from the output of PyTorch in float32, with the same weights and image. The aims for']
        lines += ['Atelier are 1e-4 of the range in float32 and 45 dB in bfloat16.', '']
        lines += table(['workload', 'output', 'largest difference, of the range', 'PSNR'], agreed)
    lines += growth_lines(record) + profile_lines(record)
    lines += ['## All measurements', '', *table(['row', 'program', 'median', 'peak memory'], contender_rows(record))]
    lines += ['## What is timed', '', *(f'- `{w.name}`: {w.text}; {w.gmac:g} GMAC.' for w in WORKLOADS), '']
    lines += [
        'A training step is one discriminator update, and one generator update through the updated discriminator, with',
        'Adam. The fake batch is made once. StyleGAN2 makes its own fakes for each update, and its time is that of the',
        'average step: a plain one, one with path lengths and one with both penalties are timed, and weighed by how often',
        'they come. An inference is one call of a network that was called before with an input of that size; generators',
        'make a batch of images. Every measurement runs in a process of its own. A time is the median of its runs after',
        'warm-up; the tables show the median over the rounds. A ratio is our time divided by the time of the best peer:',
        'smaller is better. Memory is the peak of the resident set of the process. "Of peak" compares the time with the time',
        'that the multiplications of a plain convolution would take at the peak rate above. Winograd and bfloat16 need fewer',
        'or cheaper multiplications and can exceed 100 %. PyTorch runs in both of its layouts, and today\'s generators also',
        'with `torch.compile`, which cannot differentiate twice: penalties on gradients run without it. Its bfloat16 is its',
        'autocast. OpenVINO and ncnn are set to the precision of the row.',
        '',
    ]
    return lines


HEAD = """# Benchmarks

`make bench` compares Atelier with other frameworks on your machine, in alternating rounds, and writes the figures of
this page. `python3 Sources/atelier-bench/Peers/compare.py --help` lists the parts that you can leave out. The figures
below are from our machine.
"""


def write(path, record):
    """Writes the figures; the page's other text stays as it is."""
    text = path.read_text() if path.exists() else ''
    body = '\n'.join([BEGIN, '', *figures(record), END])
    if BEGIN in text and END in text:
        head, rest = text.split(BEGIN, 1)
        text = head + body + rest.split(END, 1)[1]
    else:
        text = f'{HEAD}\n{body}\n'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
