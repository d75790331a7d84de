"""Films made from photos, what ffmpeg says of films, and runs of the program that are watched."""
import os
import pathlib
import re
import subprocess
import sys
import time

FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-y"]


def run(*words, **more):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True, **more).stdout


def moving_film(photos, target, seconds, size=(854, 480), rate=25):
    """A crop that moves over each photo for two seconds, with a tone whose pitch changes."""
    from PIL import Image

    files = sorted(p for p in pathlib.Path(photos).rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if not files:
        sys.exit(f"{photos}: no photos (.jpg, .png)")
    width, height = size
    command = FFMPEG + ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", str(rate), "-i", "pipe:0",
                        "-f", "lavfi", "-i", f"aevalsrc='sin(2*PI*t*(300+40*t))':d={seconds}",
                        "-c:v", "libx264", "-crf", "14", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", str(target)]
    encoder = subprocess.Popen(command, stdin=subprocess.PIPE)
    shot = 2 * rate
    for number in range(seconds * rate):
        if number % shot == 0:
            image = Image.open(files[number // shot % len(files)]).convert("RGB")
            factor = max((width + 120) / image.width, (height + 60) / image.height)
            image = image.resize((round(image.width * factor), round(image.height * factor)), Image.LANCZOS)
        share = number % shot / shot
        x, y = round((image.width - width) * share), round((image.height - height) * share)
        encoder.stdin.write(image.crop((x, y, x + width, y + height)).tobytes())
    encoder.stdin.close()
    if encoder.wait() != 0:
        sys.exit("the film cannot be made")


def probe(path, *words):
    return run("ffprobe", "-v", "error", *words, "-of", "csv=p=0", path).splitlines()


def times(path):
    lines = probe(path, "-select_streams", "v:0", "-show_entries", "frame=pts_time")
    return [line.strip(", ") for line in lines if line.strip(", ")]


def frame_hashes(path, *options):
    """The hashes that ffmpeg makes of each frame or packet."""
    lines = run("ffmpeg", "-v", "error", "-i", path, *options, "-f", "framemd5", "-")
    return [line.split(",")[-1].strip() for line in lines.splitlines() if not line.startswith("#")]


def packets(path, stream):
    """Hashes of the packets of a stream, as they are stored."""
    return frame_hashes(path, "-map", f"0:{stream}", "-c", "copy")


def pixels(path):
    """A hash of each decoded frame."""
    return frame_hashes(path, "-map", "0:v:0")


def sound_times(path):
    return probe(path, "-select_streams", "a", "-show_entries", "packet=pts_time")


def duration(path):
    return float(probe(path, "-show_entries", "format=duration")[0])


def watched(command):
    """Seconds of a command, and the most memory of it and of the programs that it starts, in megabytes."""
    start = time.time()
    child = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    own, others = 0, {}
    while child.poll() is None:
        own = max(own, most_memory(child.pid))
        for pid in children(child.pid):
            others[pid] = max(others.get(pid, 0), most_memory(pid))
        time.sleep(0.1)
    words = child.stderr.read().decode(errors="replace")
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}: {words}")
    # One reads the film, the other one writes the result; each part of the result has a writer of its own.
    return time.time() - start, own, sum(sorted(others.values())[-2:])


def most_memory(pid):
    try:
        found = re.search(r"VmHWM:\s*(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) / 1024 if found else 0


def children(pid):
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        return [int(p) for t in threads for p in pathlib.Path(f"/proc/{pid}/task/{t}/children").read_text().split()]
    except OSError:
        return []
