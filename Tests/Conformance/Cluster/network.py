"""Two network namespaces that are joined by a slow network, and the efficiency of trainings across it."""
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from statistics import median

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = ("atelier-a", "atelier-b")
PLACES = ("10.77.0.1", "10.77.0.2")


def run(*words, **more):
    return subprocess.run(words, check=True, **more)


class Network:
    """A network of 1 Gbit/s and 0.2 ms: of veth and netem. Where the kernel has no netem, it is of veth and tbf, which does
    not delay; and where it has neither, of a relay, which delays, and takes processor time from the ranks."""

    def __init__(self, gigabits=1.0, milliseconds=0.2):
        self.relay = None
        self.close()
        for name in NAMES:
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        rate = f"{gigabits}gbit"
        for words, kind in ((["netem", "rate", rate, "delay", f"{milliseconds}ms"], "veth and netem"),
                            (["tbf", "rate", rate, "burst", "128kb", "latency", "20ms"], "veth and tbf, without a delay")):
            if self.shaped(words):
                self.kind = kind
                return
        self.relay = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "relay.py"), *NAMES, *PLACES, str(gigabits), str(milliseconds)],
            stdout=subprocess.PIPE, text=True)
        self.relay.stdout.readline()
        self.kind = "a relay between two TUN devices, which takes processor time of its own"

    def shaped(self, discipline):
        run("ip", "link", "add", "net0", "netns", NAMES[0], "type", "veth", "peer", "name", "net0", "netns", NAMES[1])
        for name, place in zip(NAMES, PLACES):
            run("ip", "-n", name, "addr", "add", place + "/24", "dev", "net0")
            run("ip", "-n", name, "link", "set", "net0", "up")
            if subprocess.run(["ip", "netns", "exec", name, "tc", "qdisc", "add", "dev", "net0", "root", *discipline],
                              stderr=subprocess.DEVNULL).returncode:
                run("ip", "-n", NAMES[0], "link", "del", "net0")
                return False
        return True

    def close(self):
        if self.relay:
            self.relay.terminate()
            self.relay.wait()
        for name in NAMES:
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)


def agent(folder):
    """What mpirun starts its daemons with in place of ssh: the host's name says in which namespace."""
    path = os.path.join(folder, "agent")
    with open(path, "w") as script:
        script.write("#!/bin/sh\nhost=$1\nshift\n"
                     f"case $host in {PLACES[0]}) name={NAMES[0]} ;; *) name={NAMES[1]} ;; esac\n"
                     "exec ip netns exec $name sh -c \"$*\"\n")
    os.chmod(path, 0o755)
    return path


def pytorch():
    """A Python with PyTorch, made once."""
    given = os.environ.get("ATELIER_TORCH_PYTHON")
    if given:
        return given
    folder = os.path.expanduser("~/.cache/atelier-checks/torch")
    python = os.path.join(folder, "bin/python3")
    if not os.path.exists(python):
        run(sys.executable, "-m", "venv", folder)
        run(python, "-m", "pip", "install", "-q", "torch", "numpy", "pillow", "--extra-index-url",
            "https://download.pytorch.org/whl/cpu")
    return python


def ddp(python, workload, batch, steps, together, precision):
    """Images a second of PyTorch, on two ranks together or on each of two that know nothing of each other."""
    started = []
    for rank in range(2):
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        if together:
            environment.update(RANK=str(rank), WORLD_SIZE="2", MASTER_ADDR=PLACES[0], MASTER_PORT="29517",
                               GLOO_SOCKET_IFNAME="net0")
        place = ["ip", "netns", "exec", NAMES[rank]] if together else []
        started.append(subprocess.Popen(
            [*place, "taskset", "-c", str(rank), python, "-W", "ignore", os.path.join(HERE, "ddp.py"), "--workload", workload,
             "--batch", str(batch), "--steps", str(steps), "--precision", precision], env=environment,
            stdout=subprocess.PIPE, text=True))
    words = [process.communicate()[0] for process in started]
    speeds = [float(words.split()[-1]) if words.strip() else 0.0 for words in words]
    return speeds[0] if together else sum(speeds) / len(speeds)


def compare(at, check, workload, workloads, short, precisions, rounds):
    """Both programs in the same arithmetic: the faster a step is computed, the less of the network it hides."""
    for program, package in (("ip", "iproute2"), ("taskset", "util-linux")):
        if not shutil.which(program):
            run("apt-get", "install", "-y", "-q", package, stdout=subprocess.DEVNULL)
    python = pytorch()
    with tempfile.TemporaryDirectory() as folder:
        launcher = ["--mca", "plm_rsh_agent", agent(folder), "--mca", "btl", "tcp,self", "--mca",
                    "btl_tcp_if_include", "net0", "--mca", "oob_tcp_if_include", "net0", "--host",
                    ",".join(PLACES), "--bind-to", "none", "-x", "ATELIER_MODELS"]
        for name, (_, _, options, steps) in workloads.items():
            batch = int(options[options.index("--batch-size") + 1])
            for precision in precisions:
                found = [measured(at, workload, name, batch, 3 if short else steps, precision, launcher, python)
                         for _ in range(rounds)]
                report(check, f"{name} in {precision}", found, short)


def measured(at, workload, name, batch, steps, precision, launcher, python):
    """Images a second of each kind of run, and the network's kind. What one efficiency consists of is measured in turn."""

    def alone(core):
        return workload(at, name, f"one-{core}", 1, 1, "--batch-size", str(batch // 2), "--precision", precision,
                        around=["taskset", "-c", str(core)])

    def together(gradients):
        return workload(at, name, "two", 2, 1, "--precision", precision, "--gradient-precision", gradients,
                        launcher=launcher, around=["ip", "netns", "exec", NAMES[0]])

    network = Network()
    try:
        found = {"network": network.kind, "two, bf16": together("bf16")}
        # One rank computes what each of two does, while the other processor is as busy: what two cores of one machine take
        # from each other, two machines do not.
        with ThreadPoolExecutor() as both:
            found["one"] = sum(both.map(alone, (0, 1))) / 2
        found["two, f32"] = together("f32")
        found["torch two"] = ddp(python, name, batch, steps, True, precision)
        found["torch one"] = ddp(python, name, batch // 2, steps, False, precision)
        print("      " + ", ".join(f"{kind} {figure:.2f}" for kind, figure in found.items() if kind != "network"), flush=True)
        return found
    finally:
        network.close()


def spoken(ratios):
    """The median of all rounds, and their range."""
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f} in {len(ratios)} rounds)"


def report(check, name, found, short):
    def efficiencies(two, one):
        return [figures[two] / (2 * figures[one]) if figures[one] else 0 for figures in found]

    def speeds(*kinds):
        return ", ".join(f"{median(figures[kind] for figures in found):.2f}" for kind in kinds)

    ours, rounded = efficiencies("two, f32", "one"), efficiencies("two, bf16", "one")
    theirs = efficiencies("torch two", "torch one")
    check(min(ours) > 0 and min(theirs) > 0 and (median(ours) >= median(theirs) or short),
          f"{name} over {found[0]['network']}: efficiency {spoken(ours)}, {spoken(rounded)} with gradients in bfloat16, "
          f"PyTorch {spoken(theirs)}\n"
          f"      images a second: one rank {speeds('one')}, two {speeds('two, f32', 'two, bf16')}; "
          f"PyTorch {speeds('torch one')}, {speeds('torch two')}")
