"""Writes the ONNX files of this folder: PyTorch's exporters applied to small networks of the package spandrel.

    python onnx_files.py        # needs torch, onnx, onnxscript, spandrel, safetensors

onnx-NAME.onnx is the file, onnx-NAME.expected.safetensors an input and what PyTorch computes from it.
"""

import importlib
import pathlib

import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent


def network(path, name, **sizes):
    torch.manual_seed(7)
    module = getattr(importlib.import_module("spandrel.architectures." + path), name)(**sizes)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return module.eval()


def compact():
    return network(
        "Compact.__arch.SRVGG", "SRVGGNetCompact", num_in_ch=3, num_out_ch=3, num_feat=6, num_conv=2, upscale=2
    )


def esrgan():
    """A dense block is large even with few features, so growth is cut as well."""
    module = network("ESRGAN.__arch.RRDB", "RRDBNet", num_filters=4, num_blocks=1, scale=4)
    blocks = importlib.import_module("spandrel.architectures.__arch_helpers.block")
    growth = 3
    trunk = module.model[1].sub
    trunk[0] = blocks.RRDB(4, kernel_size=3, gc=growth, stride=1, bias=True, pad_type="zero", norm_type=None,
                           act_type="leakyrelu", mode="CNA")
    return module.eval()


def export(module, name, dynamo=False):
    torch.manual_seed(11)
    x = torch.rand(1, 3, 9, 12)
    with torch.no_grad():
        y = module(x)
    path = HERE / f"onnx-{name}.onnx"
    axes = {2: torch.export.Dim.DYNAMIC, 3: torch.export.Dim.DYNAMIC}
    if dynamo:
        torch.onnx.export(module, (x,), str(path), dynamo=True, dynamic_shapes=(axes,), external_data=False)
        slim(path)
    else:
        free = {"input": {2: "height", 3: "width"}, "output": {2: "height", 3: "width"}}
        torch.onnx.export(module, (x,), str(path), dynamo=False, opset_version=17, input_names=["input"],
                          output_names=["output"], dynamic_axes=free)
    save_file({"input": x.contiguous(), "output": y.contiguous()}, HERE / f"onnx-{name}.expected.safetensors")
    return path


def slim(path):
    """Without the descriptions and traces of source code that the new exporter leaves."""
    model = onnx.load(path)
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    del model.graph.metadata_props[:], model.metadata_props[:], model.graph.value_info[:]
    onnx.save(model, path)


def without_names(path, name):
    """The same file with numbers instead of names, as optimizers of graphs leave them."""
    model = onnx.load(path)
    names = {tensor.name: f"{index + 100}" for index, tensor in enumerate(model.graph.initializer)}
    for tensor in model.graph.initializer:
        tensor.name = names[tensor.name]
    for index, node in enumerate(model.graph.node):
        node.name = f"n{index}"
        node.input[:] = [names.get(value, value) for value in node.input]
    onnx.save(model, HERE / f"onnx-{name}.onnx")


def in_half(path, name):
    """The same file with weights of 16 bits."""
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.dims) != 1:
            half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype("float16"), tensor.name)
            tensor.CopyFrom(half)
    onnx.save(model, HERE / f"onnx-{name}.onnx")


def elsewhere(path, name):
    """A file whose weights lie in another file, which is not kept."""
    model = onnx.load(path)
    target = HERE / f"onnx-{name}.onnx"
    onnx.save_model(model, target, save_as_external_data=True, location="weights.bin", size_threshold=0)
    (HERE / "weights.bin").unlink()


plain = export(compact(), "compact")
export(compact(), "compact-dynamo", dynamo=True)
without_names(plain, "compact-numbers")
in_half(plain, "compact-half")
elsewhere(plain, "external")
blocks = export(esrgan(), "esrgan")
without_names(blocks, "esrgan-numbers")
