"""The one line of JSON in which every measurement reports."""

import json
import pathlib
import resource
import statistics


def resident_peak():
    """The peak of this process's resident memory so far in MB."""
    status = pathlib.Path('/proc/self/status')
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith('VmHWM:'):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(peer, version, workload, mode, precision, threads, times, **more):
    """Prints the line: times in milliseconds, memory in MB."""
    line = {
        'peer': peer,
        'version': version,
        'workload': workload,
        'mode': mode,
        'precision': precision,
        'threads': threads,
        'runs': len(times),
        'median_ms': round(statistics.median(times), 2),
        'min_ms': round(min(times), 2),
        'max_ms': round(max(times), 2),
        'peak_mb': round(resident_peak(), 1),
    }
    print(json.dumps(line | more), flush=True)
