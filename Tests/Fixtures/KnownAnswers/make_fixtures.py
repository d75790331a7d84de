#!/usr/bin/env python3
"""Writes the known answers that the Swift tests are held to, computed by PyTorch, SciPy, scikit-image, BasicSR,
lpips and spandrel.

    pip install torch --index-url https://download.pytorch.org/whl/cpu
    pip install scipy safetensors packaging scikit-image wheel lpips torchvision
    pip install --no-deps --no-build-isolation basicsr==1.4.2
    pip install spandrel spandrel_extra_arches
    python Tests/Fixtures/KnownAnswers/make_fixtures.py

Every group becomes `<group>.safetensors` (tensors named `<case>.<tensor>`) and `<group>.json` (the cases in order,
each with its operation, its attributes and the names of its tensors). Inputs are float32 numbers; answers are computed
from them in double precision and stored rounded to float32. Gradients are those of `sum(output * cotangent)`.
The generator is seeded per group, so that a group may grow without changing another.
"""

import torch

from Recipes import (
    arithmetic,
    convolutional_upscalers,
    convolutions,
    cycle_step,
    degradations,
    distances,
    fastgan,
    features,
    guided,
    losses,
    mixed_attention,
    naturalness,
    networks,
    normalizations,
    optimizers,
    perception,
    images_to_images,
    r3gan,
    rectified_upscalers,
    resampling,
    schedules,
    similarity,
    spectral_norm,
    style_augmentation,
    style_networks,
    window_transformers,
)
from Recipes.group import HERE

if __name__ == '__main__':
    torch.set_num_threads(1)
    recipes = [convolutions, normalizations, resampling, arithmetic, optimizers]
    recipes += [spectral_norm, schedules, networks, losses, distances, images_to_images, cycle_step]
    recipes += [similarity, degradations, naturalness, perception, features, fastgan, guided, r3gan]
    recipes += [style_networks, style_augmentation]
    recipes += [convolutional_upscalers, rectified_upscalers, window_transformers, mixed_attention]
    for recipe in recipes:
        recipe.make()
    total = sum(p.stat().st_size for p in HERE.iterdir() if p.suffix in ('.safetensors', '.json'))
    assert total < 4_000_000, total
    print(f'{total / 1e3:.0f} kB')
