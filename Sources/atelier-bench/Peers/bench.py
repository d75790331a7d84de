"""Running one measurement after the other, each in a process of its own."""

import json
import os
import pathlib
import subprocess
import sys

from workloads import ATELIER

PEERS = pathlib.Path(__file__).resolve().parent


class Bench:
    """Where the programs and files are, and how long a measurement may take."""

    def __init__(self, program, python, folder, threads, seconds):
        self.program, self.python, self.folder = program, python, folder
        self.threads, self.seconds = threads, seconds
        # Kernels are chosen by measurement: here and now, not as some earlier run on this machine found them.
        self.environment = dict(os.environ, XDG_CACHE_HOME=str(folder / 'cache'))

    def run(self, command, limit=600):
        """The last JSON line that a command prints, or nothing if it fails or takes too many seconds."""
        command = [str(part) for part in command]
        try:
            result = subprocess.run(
                command, capture_output=True, text=True, timeout=limit, env=self.environment, cwd=PEERS
            )
        except subprocess.TimeoutExpired:
            sys.stderr.write(f'gave up after {limit} s: {" ".join(command)}\n')
            return None
        lines = [line for line in result.stdout.splitlines() if line.startswith('{')]
        if result.returncode != 0 or not lines:
            sys.stderr.write(f'failed: {" ".join(command)}\n{result.stderr[-600:]}\n')
            return None
        return json.loads(lines[-1])

    def ours(self, command, workload, precision, *more, seconds=None):
        """Our program's line for a workload."""
        half = ['--precision', 'bf16'] if precision == 'bf16' else []
        chosen = ['--workload', workload] if workload else []
        threads = ['--threads', self.threads] if self.threads else []
        time = ['--seconds', self.seconds if seconds is None else seconds]
        return self.run([self.program, command, *chosen, *half, *threads, *time, '--json', *more])

    def measure(self, workload, contender, precision):
        """The line of one contender in one row; inference leaves its output in the workload's folder."""
        place = self.folder / workload.name
        output = place / f'{contender.peer}-{contender.mode}-{precision}'
        if contender == ATELIER:
            files = ['--weights', place / 'weights.safetensors', '--output', f'{output}.safetensors']
            more = [] if workload.trains else files
            return self.ours('step' if workload.trains else 'infer', workload.name, precision, *more)
        common = ['--workload', workload.name, '--mode', contender.mode, '--precision', precision]
        common += ['--threads', self.threads, '--seconds', self.seconds]
        if workload.trains:
            return self.run([self.python, PEERS / 'train_step.py', *common])
        if (place / f'{contender.peer}.error').exists():
            return None
        more = ['--peer', contender.peer, '--folder', place, '--size', workload.size, '--output', f'{output}.npy']
        return self.run([self.python, PEERS / 'infer.py', *common, *more])
