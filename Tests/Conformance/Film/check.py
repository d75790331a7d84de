#!/usr/bin/env python3
"""Upscales films with the program and compares them with what went in, by ffmpeg's own words.

    python3 Tests/Conformance/Film/check.py --photos FOLDER [--program atelier] [--seconds 20]

Makes a film of 480 lines with sound from moving crops of photos, and films with a variable frame rate, turned, and with
subtitles and chapters. Each is upscaled twice as large by photo-x2. Length, frames, times and bits of the sound must be
those of the film. Another run is killed at a third, goes on, gets Ctrl-C at its terminal at two thirds, and goes on; its
result must be that of the run that was not. A run whose encoder fails must say where its parts are. timing.py says how
fast all this is. It needs ffmpeg and Pillow.
"""
import argparse
import os
import pathlib
import pty
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from films import FFMPEG, duration, moving_film, packets, pixels, probe, run, sound_times, times, watched

failures = []


def say(right, words):
    print(("right  " if right else "WRONG  ") + words, flush=True)
    if not right:
        failures.append(words)


class Upscaling:
    """Runs of the program on one film."""

    def __init__(self, program, film, target):
        self.command = [program, "upscale", str(film), "-m", "photo-x2", "-o", str(target), "--quiet"]
        self.film, self.target = film, target
        self.parts = target.parent / f".{target.name}.parts"

    def finished(self):
        return sorted(self.parts.glob("0*.json")) if self.parts.exists() else []

    def wait(self, count, is_over):
        """Whether so many parts were finished before the program ended."""
        while len(self.finished()) < count:
            if is_over():
                return False
            time.sleep(0.02)
        return True

    def killed(self, count):
        child = subprocess.Popen(self.command)
        if not self.wait(count, lambda: child.poll() is not None):
            return say(False, "killed: the program ended before it was killed")
        child.send_signal(signal.SIGKILL)
        child.wait()
        say(not self.target.exists(), f"killed after {len(self.finished())} parts: no result yet")

    def stopped(self, count):
        """Ctrl-C is typed at a terminal of the program's own."""
        pid, terminal = pty.fork()
        if pid == 0:
            # Under nohup and in the background it is ignored, and programs leave it so.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execvp(self.command[0], self.command)
        ended = []

        def is_over():
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                ended.append(status)
            return bool(found)

        if not self.wait(count, is_over):
            return say(False, "Ctrl-C: the program ended before it was typed")
        os.write(terminal, b"\x03")
        start = time.time()
        words = b""
        while True:
            # The end of a terminal is an error on Linux.
            try:
                words += os.read(terminal, 4096)
            except OSError:
                break
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.close(terminal)
        say(code == 130, f"Ctrl-C: it ends with {code} after {time.time() - start:.1f} s: {words.decode().strip()!r}")
        say(len(self.finished()) >= count and not self.target.exists(),
            f"Ctrl-C: {len(self.finished())} parts are kept, no result yet")

    def finish(self):
        watched(self.command)
        say(not self.parts.exists(), "the parts are gone")


def compare(name, film, result):
    a, b = times(film), times(result)
    say(a == b, f"{name}: {len(a)} frames at the same times")
    # A container may round the end to milliseconds, or to a packet of sound.
    say(abs(duration(film) - duration(result)) < 0.03, f"{name}: {duration(film):.3f} s, then {duration(result):.3f} s")
    say(packets(film, "a?") == packets(result, "a?"), f"{name}: {len(packets(film, 'a?'))} packets of sound, bit for bit")
    say(sound_times(film) == sound_times(result), f"{name}: times of the sound")


def upscaled(program, film, target):
    Upscaling(program, film, target).finish()
    return target


def interrupted(program, film, target, whole):
    """A run that is stopped twice makes what the run without a stop has made."""
    parts = max(1, round(len(times(film)) / 50))
    work = Upscaling(program, film, target)
    work.killed(max(1, parts // 3))
    before = [(part.name, part.stat().st_mtime_ns) for part in work.finished()]
    work.stopped(max(2, 2 * parts // 3))
    after = [(part.name, part.stat().st_mtime_ns) for part in work.finished()]
    say(after[:len(before)] == before, f"{len(before)} parts were not made again")
    work.finish()
    say(pixels(target) == pixels(whole), "killed, stopped and gone on: the same pixels")
    say(times(target) == times(whole), "killed, stopped and gone on: the same times")
    say(packets(target, "a?") == packets(whole, "a?"), "killed, stopped and gone on: the same sound")


def failed(program, film, place):
    """A program in place of ffmpeg that fails at the second part."""
    wrapper = place / "programs"
    wrapper.mkdir()
    (wrapper / "ffprobe").symlink_to(shutil.which("ffprobe"))
    (wrapper / "ffmpeg").write_text(
        f'#!/bin/sh\nif [ -f "{place}/.failed.mp4.parts/000000.json" ]; then case "$*" in *unfinished*) '
        f'echo "the encoder is broken" >&2; exit 1;; esac; fi\nexec {shutil.which("ffmpeg")} "$@"\n')
    (wrapper / "ffmpeg").chmod(0o755)
    work = Upscaling(program, film, place / "failed.mp4")
    environment = dict(os.environ, ATELIER_FFMPEG=str(wrapper))
    result = subprocess.run(work.command, env=environment, capture_output=True, text=True)
    say(result.returncode not in (0, 130) and not work.target.exists(), f"a broken encoder: it ends with {result.returncode}")
    say(len(work.finished()) == 1 and str(work.parts) in result.stderr,
        f"a broken encoder: its words name the parts: {result.stderr.strip()!r}")
    work.finish()
    say(times(work.target) == times(film), "a mended encoder: it goes on")


def variants(program, film, place):
    """Films with a variable frame rate, turned, and with subtitles and chapters."""
    short = place / "short.mp4"
    run(*FFMPEG, "-i", film, "-t", "2", "-vf", "scale=160:90", "-c:a", "copy", "-bf", "2", short)
    varied = place / "varied.mp4"
    run(*FFMPEG, "-i", short, "-vf", "select='not(mod(n,3))+gt(n,30)'", "-fps_mode", "vfr", "-c:a", "copy", varied)
    compare("variable frame rate", varied, upscaled(program, varied, place / "varied-x2.mp4"))

    turned = place / "turned.mov"
    run(*FFMPEG, "-i", short, "-c", "copy", "-metadata:s:v:0", "rotate=90", turned)
    result = upscaled(program, turned, place / "turned-x2.mov")
    compare("turned", turned, result)
    sizes = probe(result, "-select_streams", "v", "-show_entries", "stream=width,height")
    say(sizes[0].startswith("180,320"), f"turned: {sizes[0]} pixels")

    (place / "words.srt").write_text("1\n00:00:00,500 --> 00:00:01,500\nWords\n")
    (place / "chapters.txt").write_text(
        ";FFMETADATA1\ntitle=Title\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Two\n")
    full = place / "full.mkv"
    run(*FFMPEG, "-i", short, "-i", place / "words.srt", "-i", place / "chapters.txt", "-map", "0", "-map", "1",
        "-map_metadata", "2", "-c", "copy", full)
    result = upscaled(program, full, place / "full-x2.mkv")
    compare("subtitles and chapters", full, result)
    say(packets(full, "s") == packets(result, "s"), "subtitles: bit for bit")
    say(probe(full, "-show_chapters") == probe(result, "-show_chapters"), "chapters")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--photos", required=True)
    options.add_argument("--program", default=".build/release/atelier")
    options.add_argument("--seconds", type=int, default=20, help="at least 6: three parts")
    options.add_argument("--small", action="store_true", help="films of 160x90, for a quick look")
    options.add_argument("--keep", help="a folder for the films; a result that is there is not made again")
    chosen = options.parse_args()
    place = pathlib.Path(chosen.keep or tempfile.mkdtemp(prefix="film-")).resolve()
    place.mkdir(parents=True, exist_ok=True)
    program = str(pathlib.Path(chosen.program).resolve()) if "/" in chosen.program else chosen.program
    try:
        film, whole = place / "film.mp4", place / "whole.mp4"
        if not film.exists():
            moving_film(chosen.photos, film, chosen.seconds, (160, 90) if chosen.small else (854, 480))
        if not whole.exists():
            upscaled(program, film, whole)
        compare("film", film, whole)
        variants(program, film, place)
        small = place / "small.mp4"
        run(*FFMPEG, "-i", film, "-t", "6", "-vf", "scale=160:90", "-c:a", "copy", small)
        failed(program, small, place)
        interrupted(program, film, place / "again.mp4", whole)
    finally:
        if not chosen.keep:
            shutil.rmtree(place)
    print(f"{len(failures)} wrong" if failures else "all right")
    sys.exit(1 if failures else 0)


main()
