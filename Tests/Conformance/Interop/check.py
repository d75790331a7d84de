"""Trains a small model with the command line and reads its files with the packages that own the formats."""

import io
import math
import pathlib
import random
import subprocess
import sys

import numpy
from PIL import Image, ImageDraw
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

STEPS = 20


def draw_images(folder):
    """Three classes of 16x16 gray shapes, 24 images each."""
    chance = random.Random(5)
    for shape in ('disc', 'square', 'bar'):
        (folder / shape).mkdir(parents=True)
        for index in range(24):
            image = Image.new('L', (16, 16))
            draw = ImageDraw.Draw(image)
            x, y, shade = chance.randint(2, 6), chance.randint(2, 6), chance.randint(150, 255)
            if shape == 'disc':
                draw.ellipse((x, y, x + 7, y + 7), fill=shade)
            elif shape == 'square':
                draw.rectangle((x, y, x + 6, y + 6), fill=shade)
            else:
                draw.rectangle((x, 1, x + 2, 14), fill=shade)
            image.save(folder / shape / f'{index:02}.png')


def run(*command):
    """Runs a command and stops with its output if it fails."""
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f'{" ".join(map(str, command))}\nended with {result.returncode}:\n{result.stdout}{result.stderr}')
    return result.stdout


def check(condition, message):
    """Stops with a message unless the condition holds."""
    if not condition:
        sys.exit(f'FAILED: {message}')


def check_events(folder):
    """TensorBoard finds scalars that are finite and in order, and images that decode."""
    files = sorted(folder.rglob('*tfevents*'))
    check(files, f'no event file under {folder}')
    scalars, images = 0, 0
    for directory in sorted({file.parent for file in files}):
        events = EventAccumulator(str(directory), size_guidance={'scalars': 0, 'images': 0, 'tensors': 0})
        events.Reload()
        for tag in events.Tags()['scalars']:
            series = events.Scalars(tag)
            steps = [event.step for event in series]
            check(steps == sorted(set(steps)), f'steps of {tag} do not rise: {steps}')
            check(all(math.isfinite(event.value) for event in series), f'{tag} holds a value that is not finite')
            check(all(event.wall_time > 1.6e9 for event in series), f'{tag} holds a time before 2020')
            check(0 < steps[-1] <= STEPS, f'{tag} ends at step {steps[-1]} of {STEPS}')
            scalars += len(series)
        for tag in events.Tags()['images']:
            for event in events.Images(tag):
                image = Image.open(io.BytesIO(event.encoded_image_string))
                image.load()
                check(image.size == (event.width, event.height), f'{tag} says {event.width}x{event.height}')
                images += 1
    check(scalars, 'TensorBoard found no scalars')
    check(images, 'TensorBoard found no images')
    print(f'tensorboard: {scalars} scalar values and {images} images')


def check_weights(folder):
    """The safetensors package reads every weight file, and what it writes is read by us with the same result."""
    files = sorted(folder.rglob('*.safetensors'))
    check(files, f'no safetensors file under {folder}')
    count = 0
    for file in files:
        tensors = load_file(file)
        check(tensors, f'{file.name} is empty')
        for name, values in tensors.items():
            if values.dtype.kind == 'f':
                check(numpy.isfinite(values.astype(numpy.float64)).all(), f'{file.name}: {name} is not finite')
        count += len(tensors)
    print(f'safetensors: {count} tensors in {len(files)} files')
    return files


def check_return(atelier, run_folder, files, work):
    """Weights written again by the safetensors package give the same images."""
    options = ['--all-classes', '--count', '2', '--seed', '3', '--format', 'png']
    run(atelier, 'generate', '--model', run_folder, *options, '-o', work / 'before')
    for file in files:
        entries = metadata(file)
        save_file(load_file(file), file, metadata=entries)
    run(atelier, 'generate', '--model', run_folder, *options, '-o', work / 'after')
    before = sorted((work / 'before').rglob('*.png'))
    check(len(before) == 6, f'{len(before)} images of 3 classes, 2 each')
    for image in before:
        again = work / 'after' / image.relative_to(work / 'before')
        same = numpy.array_equal(numpy.asarray(Image.open(image)), numpy.asarray(Image.open(again)))
        check(same, f'{image.name} differs after the weights went through the safetensors package')
    print(f'generate: {len(before)} images, the same from weights written by the safetensors package')


def metadata(file):
    """The text entries of a safetensors header."""
    with safe_open(file, framework='numpy') as opened:
        return opened.metadata()


def main():
    atelier, work = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    draw_images(work / 'shapes')
    run_folder = work / 'run'
    run(
        atelier,
        'train',
        'cgan',
        '--data',
        work / 'shapes',
        '--out',
        run_folder,
        '--steps',
        STEPS,
        '--batch-size',
        8,
        '--sample-every',
        10,
        '--log-every',
        5,
    )
    check_events(run_folder)
    files = check_weights(run_folder)
    check_return(atelier, run_folder, files, work)
    print('All readable.')


if __name__ == '__main__':
    main()
