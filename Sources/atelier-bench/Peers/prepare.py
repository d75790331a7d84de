"""Turns the weights that Atelier wrote into the files that the peers load: ONNX, OpenVINO's IR, ncnn's pair.

    python prepare.py --workload srvgg --folder .build/bench/srvgg

A converter that is missing or fails leaves its peer out, with its reason in `<peer>.error`.
"""

import argparse
import pathlib
import sys
import traceback

import torch
from safetensors.torch import load_file

from networks import fastgan, public, r3gan, stylegan2
from networks.ncnn_files import Writer
from networks.translation import UNet
from networks.upscaling import RRDBNet, SRVGGNetCompact
from workloads import WORKLOADS

NETWORKS = {'unet256': UNet, 'srvgg': SRVGGNetCompact, 'rrdb': RRDBNet}
NETWORKS |= {f'{m.__name__.split(".")[-1]}-images': m.Generator for m in (stylegan2, r3gan, fastgan)}
NETWORKS |= public.NETWORKS


def network(workload, folder):
    """The network with Atelier's weights, for use, and the input that goes with them."""
    made = NETWORKS[workload]().eval()
    weights = load_file(folder / 'weights.safetensors')
    left = made.load_state_dict(weights, strict=False)
    missing = [name for name in left.missing_keys if not public.is_derived(name)]
    if missing or left.unexpected_keys:
        sys.exit(f'{workload}: missing {missing}, unexpected {left.unexpected_keys}')
    public.merge(made)
    return made.requires_grad_(False), load_file(folder / 'input.safetensors')['input']


def to_onnx(folder, made, example):
    torch.onnx.export(
        made, (example,), folder / 'model.onnx', input_names=['input'], output_names=['output'], dynamo=True,
        external_data=False, verbose=False,
    )  # fmt: skip


def to_openvino(folder, made, example):
    import openvino

    model = openvino.convert_model(made, example_input=example, input=list(example.shape))
    openvino.save_model(model, folder / 'openvino.xml', compress_to_fp16=False)


def to_ncnn(folder, made, example):
    Writer(made).write(folder / 'ncnn.param', folder / 'ncnn.bin')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--workload', choices=tuple(NETWORKS), required=True)
    parser.add_argument('--folder', type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    folder = arguments.folder.resolve()
    converters = {'onnxruntime': to_onnx, 'openvino': to_openvino, 'ncnn': to_ncnn}
    wanted = next(w for w in WORKLOADS if w.name == arguments.workload).peers
    for peer, convert in converters.items():
        if peer not in wanted:
            continue
        # Some converters change the network that they are given.
        made, example = network(arguments.workload, folder)
        try:
            with torch.inference_mode(False), torch.no_grad():
                convert(folder, made, example)
            print(f'{arguments.workload}: {peer} converted', flush=True)
        except Exception:
            (folder / f'{peer}.error').write_text(traceback.format_exc())
            print(f'{arguments.workload}: {peer} could not be converted, see {folder}/{peer}.error', flush=True)


if __name__ == '__main__':
    main()
