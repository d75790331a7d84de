"""Puts trainings on several ranks to a hard test.

    python3 Tests/Conformance/Cluster/check.py --atelier .build/release/atelier --photos FOLDER [--images FOLDER] [PART …]

    equal    1, 2 and 4 ranks give the same bits with --deterministic, for gan, cgan, pix2pix and sr
    close    losses of 2 and 4 ranks beside one rank's, in 20 steps of float32 without --deterministic, from several seeds
             (--seeds, 5): equal to 1e-6 in the first step, and in the last one two of five within 1e-4, as the sign of an
             activation near zero may change in any training; PyTorch's DistributedDataParallel (gloo) is shown beside
    kills    random ranks are killed at random moments (--kills, 50): every run goes on to the same bits
    stops    signals to mpirun end all ranks together, saved, and the run goes on with another number of ranks
    speed    2 ranks with a thread each, against 1 rank with 2 threads: images a second, the median of pairs of runs
    network  2 ranks in network namespaces with 1 Gbit/s and 0.2 ms, beside PyTorch's DistributedDataParallel (gloo) in
             the same arithmetic: the median efficiency of several rounds

Without parts, all of them run. Needs Linux; installs Open MPI, for “network” iproute2, and for “network” and “close” PyTorch
in an environment of its own ($ATELIER_TORCH_PYTHON is used instead if it is set); needs root. Photos are any images of at
least 64 pixels in a folder; images default to Fashion-MNIST where Debian has it.
"""
import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from statistics import median

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from network import compare, pytorch, spoken
from ranks import FAMILIES, PATIENCE, Trainings

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--atelier", default=".build/release/atelier")
parser.add_argument("--images", default="/usr/share/datasets/fashion-mnist")
parser.add_argument("--photos", required=True)
parser.add_argument("--kills", type=int, default=50)
parser.add_argument("--seed", type=int, default=1, help="of the kills")
parser.add_argument("--seeds", type=int, default=5, help="how many trainings of each kind “close” makes")
parser.add_argument("--workload", action="append", help="of “speed” and “network”; repeat for more; all by default")
parser.add_argument("--precision", action="append", choices=("f32", "bf16"),
                    help="of the arithmetic in “network”; both by default")
parser.add_argument("--rounds", type=int, default=5,
                    help="of “speed” and “network”: what is compared is measured within minutes, again in each round")
parser.add_argument("--short", action="store_true",
                    help="few steps in “speed” and “network”, to see that they run; their figures mean nothing then")
parser.add_argument("parts", nargs="*", metavar="PART")
asked = parser.parse_args()
failures = 0


def check(holds, words):
    global failures
    print(("ok    " if holds else "FAILED ") + words, flush=True)
    failures += not holds
    return holds


def installed(program, package):
    if not shutil.which(program):
        subprocess.run(["apt-get", "install", "-y", "-q", package], check=True, stdout=subprocess.DEVNULL)


def trained(at, ranks, run, family, steps, *more, own=None):
    at.forget(run)
    code, words, seconds = at.run(ranks, at.options(family, steps, "--out", run, *more, own=own))
    return check(code == 0, f"{family} on {ranks} ranks: {steps} steps in {seconds:.1f} s"
                 + ("" if code == 0 else "\n" + words))


def equal(at):
    for family in FAMILIES:
        runs = {ranks: f"{family}-{ranks}" for ranks in (1, 2, 4)}
        if all([trained(at, ranks, run, family, 4, "--deterministic", "--checkpoint-every", "0") for ranks, run in runs.items()]):
            states = {at.state(run, 4) for run in runs.values()}
            check(len(states) == 1, f"{family}: 1, 2 and 4 ranks give the same bits")


def differences(at, one, other, steps):
    """The largest relative difference among the losses of the first step, and of the last."""
    found = []
    for step in (1, steps):
        alone, losses = at.losses(one, step), at.losses(other, step)
        found.append(max(abs(losses[name] - value) / abs(value) for name, value in alone.items()))
    return found


# Networks with batch statistics need those of the whole batch.
CLOSE = {
    "gan, perceptron": ("gan", ["--size", "16"], ["--network", "perceptron"]),
    "gan, DCGAN": ("gan", None, ["--arch", "dcgan", "--sync-batch-norm"]),
    "cgan, projection": ("cgan", None, ["--arch", "projection", "--sync-batch-norm"]),
    "cgan, concatenation": ("cgan", None, ["--arch", "concatenation", "--sync-batch-norm"]),
    "pix2pix, batch normalization": ("pix2pix", None, ["--norm", "batch", "--sync-batch-norm"]),
    "pix2pix, instance normalization": ("pix2pix", None, ["--norm", "instance"]),
    "sr, MSRResNet": ("sr", None, ["--net", "msrresnet", "--sync-batch-norm"]),
    "sr, SRResNet": ("sr", None, ["--sync-batch-norm"]),
}


def close(at):
    """By direct kernels, whose gradients are exactly zero where nothing depends on a weight: Winograd's leave rounding
    errors there, of which Adam makes steps."""
    steps, seeds = 20, range(1, asked.seeds + 1)
    usual = ["--kernels", "direct", "--precision", "f32", "--checkpoint-every", "0"]
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "rounding.py")
    theirs = []
    for seed in seeds:
        words = subprocess.run(
            [pytorch(), "-W", "ignore", script, "--photos", at.photos, "--steps", str(steps), "--seed", str(seed)],
            check=True, stdout=subprocess.PIPE, text=True).stdout
        theirs.append(json.loads(words)[-1])
    print(f"      PyTorch (pix2pix, instance normalization): {spread(theirs)}", flush=True)
    least = max(1, len(seeds) * 2 // 5)
    for number, (name, (family, own, more)) in enumerate(CLOSE.items()):
        found = {2: [], 4: []}
        for seed in seeds:
            runs = {ranks: f"close-{number}-{seed}-{ranks}" for ranks in (1, 2, 4)}
            options = [*usual, *more, "--seed", str(seed)]
            if not all([trained(at, ranks, run, family, steps, *options, own=own) for ranks, run in runs.items()]):
                return
            for ranks, pairs in found.items():
                pairs.append(differences(at, runs[1], runs[ranks], steps))
        for ranks, pairs in found.items():
            first, last = max(pair[0] for pair in pairs), [pair[1] for pair in pairs]
            check(first <= 1e-6 and close_ones(last) >= least,
                  f"{name}, {ranks} ranks: {first:.0e} at most in the first step, in the last {spread(last)}")


def close_ones(last):
    return sum(difference <= 1e-4 for difference in last)


def spread(last):
    return (f"{close_ones(last)} of {len(last)} within 1e-4, median {sorted(last)[len(last) // 2]:.0e}, "
            f"at most {max(last):.0e}")


def kills(at):
    dice = random.Random(asked.seed)
    steps = 60
    if not trained(at, 2, "undisturbed", "gan", steps, "--deterministic"):
        return
    wanted = at.state("undisturbed", steps)
    seconds = at.run(2, at.options("gan", steps, "--out", "timed", "--deterministic"))[2]
    at.forget("timed")
    done = same = 0
    slowest = 0.0
    while done < asked.kills:
        at.forget("killed")
        process = at.start(2, at.options("gan", steps, "--out", "killed", "--deterministic"))
        rank = at.kill_one(process, dice.uniform(0.1, 1) * seconds, dice)
        killed = time.time()
        words = process.communicate()[1]
        if rank is None:
            continue
        done += 1
        slowest = max(slowest, time.time() - killed)
        named = f"rank {rank}" in words and os.uname().nodename in words
        if process.returncode == 0 or not named:
            check(False, f"kill {done} of rank {rank}: code {process.returncode}\n{words}")
            continue
        ranks = dice.choice([1, 2, 4])
        begun = os.path.exists(os.path.join(at.work, "killed", "config.json"))
        arguments = ["train", "gan", "--out", "killed", "--resume"] if begun else at.options(
            "gan", steps, "--out", "killed", "--deterministic")
        code, words, _ = at.run(ranks, arguments)
        if code == 0 and at.state("killed", steps) == wanted:
            same += 1
        else:
            check(False, f"kill {done} of rank {rank}, going on with {ranks} ranks: code {code}\n{words}")
        if done % 5 == 0:
            print(f"      {done} kills: {same} runs went on to the same bits", flush=True)
    check(same == asked.kills, f"{same} of {asked.kills} killed runs went on to the same bits")
    # mpirun waits twice for as long as odls_base_sigkill_timeout says.
    check(slowest < 2 * PATIENCE + 2, f"the others ended within {slowest:.1f} s")


# Keeps mpirun out of the terminal's reach, and turns signals into the one that it passes on.
PATIENT = """setsid "$@" &
trap "kill -USR1 $!" INT TERM HUP
while kill -0 $! 2>/dev/null; do wait $!; code=$?; done
exit $code"""


def stops(at):
    # mpirun lets some seconds pass before it ends its ranks.
    steps, seconds = 100, at.run(2, at.options("gan", 100, "--out", "timed", "--deterministic"))[2]
    at.forget("timed")
    steps = max(steps, int(steps * 15 / seconds))
    if not trained(at, 2, "undisturbed", "gan", steps, "--deterministic"):
        return
    for name, script in (("SIGTERM", None), ("SIGUSR1", None), ("SIGINT", None), ("SIGTERM", PATIENT), ("SIGINT", PATIENT)):
        at.forget("stopped")
        process = at.start(2, at.options("gan", steps, "--out", "stopped", "--deterministic"), script=script)
        while len(at.steps("stopped")) < 2 and process.poll() is None:
            time.sleep(0.05)
        # By mpirun, which passes SIGUSR1 on. For the others it has an exit code of its own, and sends SIGTERM later.
        os.kill(process.pid, getattr(signal, name))
        words = process.communicate()[1]
        name += " to the script of Docs/cluster.md" if script else " to mpirun"
        check(process.returncode == (130 if script or "USR1" in name else 1) and "Everything is saved" in words,
              f"{name} ends all ranks: code {process.returncode}, after step {at.steps('stopped')[-1]}")
        code, words, _ = at.run(4, ["train", "gan", "--out", "stopped", "--resume"])
        check(code == 0 and at.state("stopped", steps) == at.state("undisturbed", steps),
              f"after {name}, 4 ranks go on to the same bits")


def images_a_second(at, run):
    """From the log, without the first steps."""
    lines = [json.loads(line) for line in open(os.path.join(at.work, run, "log.jsonl"))]
    steps = [line for line in lines if "losses" in line]
    first, last = steps[len(steps) // 3], steps[-1]
    return (last["images"] - first["images"]) / (last["seconds"] - first["seconds"])


WORKLOADS = {
    "dcgan64": ("gan", "photos", ["--size", "64", "--arch", "dcgan", "--batch-size", "64"], 12),
    "pix2pix": ("pix2pix", "photos", ["--sketch", "ink", "--crop-size", "256", "--load-size", "256",
                                      "--batch-size", "16"], 6),
    "srgan": ("sr", "photos", ["--scale", "4", "--crop-size", "96", "--batch-size", "16", "--perceptual", "none",
                               "--steps", "0"], 9),
}


def workload(at, name, run, ranks, threads, *more, launcher=(), around=()):
    family, data, options, steps = WORKLOADS[name]
    steps = 3 if asked.short else steps
    at.forget(run)
    length = ["--gan-steps", str(steps)] if family == "sr" else ["--steps", str(steps)]
    arguments = ["train", family, "--data", at.photos if data == "photos" else at.images, "--out", run, *options,
                 *more, *length, "--sample-every", "0", "--checkpoint-every", "0", "--log-every", "1", "--seed", "1"]
    command = [*around, *at.command(ranks, arguments, launcher)[:-1], str(threads)]
    done = subprocess.run(command, cwd=at.work, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stderr)
        return 0.0
    return images_a_second(at, run)


def speed(at):
    kinds = {"alone": (1, 2, ()), "together": (2, 1, ("--bind-to", "core"))}
    for name in asked.workload or WORKLOADS:
        found = {kind: [] for kind in kinds}
        for turn in range(1 if asked.short else asked.rounds):
            # Each kind is the first one in every other round.
            for kind, (ranks, threads, launcher) in sorted(kinds.items(), reverse=turn % 2 == 1):
                found[kind].append(workload(at, name, kind, ranks, threads, launcher=launcher))
            print(f"      {name}: {found['together'][-1]:.2f} on 2 ranks, {found['alone'][-1]:.2f} on 2 threads", flush=True)
        ratios = [two / one if one else 0 for one, two in zip(found["alone"], found["together"])]
        check(median(ratios) >= 0.95 or asked.short,
              f"{name}: {median(found['together']):.2f} images a second on 2 ranks, {median(found['alone']):.2f} on 2 threads; "
              f"ratio {spoken(ratios)}")


def network(at):
    chosen = {name: WORKLOADS[name] for name in asked.workload or WORKLOADS}
    compare(at, check, workload, chosen, asked.short, asked.precision or ["f32", "bf16"], 1 if asked.short else asked.rounds)


parts = {"equal": equal, "close": close, "kills": kills, "stops": stops, "speed": speed, "network": network}
unknown = [part for part in asked.parts if part not in parts]
if unknown:
    parser.error(f"unknown part {unknown[0]}; there are {', '.join(parts)}")
if asked.rounds < 1:
    parser.error("--rounds must be at least 1")
for name in asked.workload or ():
    if name not in WORKLOADS:
        parser.error(f"unknown workload {name}; there are {', '.join(WORKLOADS)}")
installed("mpirun", "openmpi-bin")
with tempfile.TemporaryDirectory() as folder:
    trainings = Trainings(asked.atelier, folder, os.path.abspath(asked.images), os.path.abspath(asked.photos))
    for part in asked.parts or parts:
        print(f"-- {part}", flush=True)
        parts[part](trainings)
print(f"{failures} failures" if failures else "all is well")
sys.exit(failures > 0)
