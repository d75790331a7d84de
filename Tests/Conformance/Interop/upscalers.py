"""Real-ESRGAN's networks run by atelier against ncnn on the same image: upscalers.py ATELIER NCNN_MODELS FOLDER

atelier sees the image's mirror image beyond its border and ncnn zeros, so ncnn is given that mirror image, too, and the
border is compared where neither sees anything else.
"""
import subprocess
import sys

import ncnn
import numpy
from PIL import Image

NAMES = ('realesr-animevideov3-x2', 'realesr-animevideov3-x3', 'realesr-animevideov3-x4', 'realesrgan-x4plus-anime',
         'realesrgan-x4plus')
SIZE, BORDER = 64, 10


def image():
    """Shapes, gradients and noise, drawn from one seed."""
    random = numpy.random.default_rng(11)
    y, x = numpy.mgrid[0:SIZE, 0:SIZE] / SIZE
    planes = numpy.stack([x, y, 1 - x * y], axis=-1) * 200
    planes[10:30, 15:40] = (220, 40, 60)
    planes[(x - 0.6) ** 2 + (y - 0.65) ** 2 < 0.05] = (20, 90, 200)
    planes += random.normal(0, 4, planes.shape)
    return planes.clip(0, 255).round().astype(numpy.uint8)


def by_ncnn(models, name, samples):
    net = ncnn.Net()
    net.opt.use_vulkan_compute = False
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.load_param(f'{models}/{name}.param')
    net.load_model(f'{models}/{name}.bin')
    padded = numpy.pad(samples, ((BORDER, BORDER), (BORDER, BORDER), (0, 0)), mode='reflect')
    planes = numpy.ascontiguousarray(padded.transpose(2, 0, 1).astype(numpy.float32) / 255)
    extractor = net.create_extractor()
    mat = ncnn.Mat(planes)  # which does not keep the planes alive
    extractor.input('data', mat)
    large = numpy.array(extractor.extract('output')[1]).transpose(1, 2, 0)
    cut = BORDER * int(name[-1]) if name[-1].isdigit() else BORDER * 4
    return (large.clip(0, 1) * 255).round()[cut:-cut, cut:-cut]


def main():
    atelier, models, folder = sys.argv[1:]
    samples = image()
    Image.fromarray(samples).save(f'{folder}/in.png')
    worst = 0
    for name in NAMES:
        subprocess.run([atelier, 'upscale', f'{folder}/in.png', '-m', f'{models}/{name}.param', '--keep-shift', '--quiet',
                        '-o', f'{folder}/{name}.png'], check=True)
        ours = numpy.asarray(Image.open(f'{folder}/{name}.png'), dtype=numpy.float32)
        difference = numpy.abs(ours - by_ncnn(models, name, samples))
        print(f'{name}: largest difference {int(difference.max())} levels, {(difference > 0).mean():.2%} of samples differ')
        worst = max(worst, difference.max())
    print('1 passed, 0 failed' if worst <= 1 else '0 passed, 1 failed')
    sys.exit(1 if worst > 1 else 0)


main()
