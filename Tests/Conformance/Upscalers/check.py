#!/usr/bin/env python3
"""Upscalers with random weights, run by atelier and by PyTorch on the same image; README.md says more.

    check.py [--atelier PROGRAM] [--only ARCHITECTURE]... [--table]

Exit code: 0 if every configuration agrees to one gray level.
"""
import argparse
import importlib
import json
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
LIST = 671
BEGIN, END = '<!-- begin: Tests/Conformance/Upscalers/check.py -->', '<!-- end -->'


def checked(name, atelier):
    """Compares the configurations of one file of networks/; writes what was found."""
    import torch
    from comparison import Failure

    torch.set_num_threads(1)
    module = importlib.import_module(f'networks.{name}')
    rows, failures = [], 0
    for seed, configuration in enumerate(module.CONFIGURATIONS):
        with tempfile.TemporaryDirectory() as folder:
            try:
                difference, contrast = configuration.difference(atelier, seed, folder)
                good = difference <= 1
                words = f'largest difference {difference:.3f} levels, contrast {contrast:.0f}'
                rows.append({'name': configuration.name, 'difference': round(difference, 3)})
            except Failure as failure:
                good, words = False, str(failure)
        failures += not good
        print(f'{"ok    " if good else "FAILED"} {module.TITLE} {configuration.name}: {words}', flush=True)
    if not failures:
        found = {'title': module.TITLE, 'listed': module.LISTED, 'configurations': rows}
        text = json.dumps(found, ensure_ascii=False, indent=1)
        (HERE / 'results' / f'{name}.json').write_text(text + '\n')
    return failures


def write_table():
    """Puts the results of all architectures into Docs/formats.md."""
    found = [json.loads(path.read_text()) for path in (HERE / 'results').glob('*.json')]
    found.sort(key=lambda one: (-one['listed'], one['title']))
    lines = ['| architecture | configurations | largest difference, levels | in the list |', '|---|---|---|---|']
    for one in found:
        names = '; '.join(row['name'] for row in one['configurations'])
        worst = max(row['difference'] for row in one['configurations'])
        lines.append(f'| {one["title"]} | {names} | {worst:.3f} | {one["listed"]} ({one["listed"] / LIST:.1%}) |')
    total = sum(one['listed'] for one in found)
    lines.append(f'| all | | | {total} of {LIST} ({total / LIST:.1%}) |')
    page = ROOT / 'Docs' / 'formats.md'
    before, rest = page.read_text().split(BEGIN)
    page.write_text(before + BEGIN + '\n\n' + '\n'.join(lines) + '\n\n' + END + rest.split(END, 1)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--atelier', default=str(ROOT / '.build' / 'release' / 'atelier'))
    parser.add_argument('--only', action='append')
    parser.add_argument('--table', action='store_true', help='only write the table, from results/')
    asked = parser.parse_args()
    if asked.table:
        write_table()
        return
    names = asked.only or sorted(path.stem for path in (HERE / 'networks').glob('*.py'))
    failures = sum(checked(name, asked.atelier) for name in names)
    print(f'{failures} failed')
    sys.exit(1 if failures else 0)


main()
