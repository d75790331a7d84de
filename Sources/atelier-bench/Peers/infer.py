"""Times one network in one peer and prints one JSON line.

    python infer.py --peer openvino --workload srvgg --folder .build/bench/srvgg --precision bf16 --output out.npy

One process for one measurement, so that the peak of its memory means something. Each peer loads the files that
`prepare.py` made from Atelier's weights.
"""

import argparse
import pathlib
import time

import numpy

from measurement import report, resident_peak


def pytorch(arguments):
    import torch

    from prepare import network

    torch.set_num_threads(arguments.threads)
    layout = torch.contiguous_format if arguments.mode == 'contiguous' else torch.channels_last
    before = resident_peak()
    made, x = network(arguments.workload, arguments.folder)
    made = made.to(memory_format=layout)
    if arguments.mode == 'compiled':
        made = torch.compile(made)
    # Latent vectors have no size.
    if x.dim() == 4:
        if (arguments.size, arguments.batch) != (x.shape[2], x.shape[0]):
            x = torch.rand(arguments.batch, 3, arguments.size, arguments.size)
        x = x.contiguous(memory_format=layout)

    def run():
        with torch.inference_mode(), torch.autocast('cpu', torch.bfloat16, enabled=arguments.precision == 'bf16'):
            return made(x)

    return torch.__version__, run, lambda y: y.float().contiguous().numpy(), before


def onnxruntime(arguments):
    import onnxruntime as library

    library.set_default_logger_severity(3)
    options = library.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    before = resident_peak()
    session = library.InferenceSession(
        str(arguments.folder / 'model.onnx'), options, providers=['CPUExecutionProvider']
    )
    x = stored_input(arguments)
    return library.__version__, lambda: session.run(None, {'input': x})[0], numpy.asarray, before


def openvino(arguments):
    import openvino as library

    core = library.Core()
    before = resident_peak()
    settings = {
        'INFERENCE_NUM_THREADS': arguments.threads,
        'INFERENCE_PRECISION_HINT': arguments.precision,
        'PERFORMANCE_HINT': 'LATENCY',
    }
    compiled = core.compile_model(core.read_model(arguments.folder / 'openvino.xml'), 'CPU', settings)
    request = compiled.create_infer_request()
    x = stored_input(arguments)
    request.set_input_tensor(library.Tensor(x, shared_memory=True))

    def run():
        # The tensors share the memory of arrays and of the request: both have to live on.
        request.infer()
        return x, request

    return library.__version__.split('-')[0], run, lambda result: numpy.array(result[1].get_output_tensor().data), before


def ncnn(arguments):
    import ncnn as library

    before = resident_peak()
    net = library.Net()
    net.opt.num_threads = arguments.threads
    net.opt.use_vulkan_compute = False
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = net.opt.use_bf16_packed = arguments.precision == 'bf16'
    net.load_param(str(arguments.folder / 'ncnn.param'))
    net.load_model(str(arguments.folder / 'ncnn.bin'))
    image = stored_input(arguments)[0]
    x = library.Mat(image)

    def run():
        # Neither a Mat made from an array nor one that was extracted keeps alive what it lies in.
        extractor = net.create_extractor()
        extractor.input('in0', x)
        return image, extractor, extractor.extract('out0')[1]

    return library.__version__, run, lambda result: numpy.array(result[2])[None], before


def stored_input(arguments):
    from safetensors.numpy import load_file

    x = load_file(arguments.folder / 'input.safetensors')['input']
    if (arguments.size, arguments.batch) != (x.shape[2], x.shape[0]):
        raise SystemExit(f'{arguments.peer} was prepared for {x.shape}')
    return x


PEERS = {'pytorch': pytorch, 'onnxruntime': onnxruntime, 'openvino': openvino, 'ncnn': ncnn}
NAMES = {'pytorch': 'PyTorch', 'onnxruntime': 'ONNX Runtime', 'openvino': 'OpenVINO', 'ncnn': 'ncnn'}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--peer', choices=tuple(PEERS), required=True)
    parser.add_argument('--workload', required=True)
    parser.add_argument('--folder', type=pathlib.Path, required=True)
    parser.add_argument('--mode', choices=('contiguous', 'channels_last', 'compiled', 'default'), default='default')
    parser.add_argument('--precision', choices=('f32', 'bf16'), default='f32')
    parser.add_argument('--size', type=int, required=True)
    parser.add_argument('--batch', type=int, default=1)
    parser.add_argument('--runs', type=int, default=20)
    parser.add_argument('--seconds', type=float, default=5)
    parser.add_argument('--threads', type=int, required=True)
    parser.add_argument('--output', type=pathlib.Path)
    arguments = parser.parse_args()
    version, run, array, before = PEERS[arguments.peer](arguments)
    run()
    result, times = run(), []
    end = time.perf_counter() + arguments.seconds
    while len(times) < 3 or (len(times) < arguments.runs and time.perf_counter() < end):
        start = time.perf_counter()
        result = run()
        times.append((time.perf_counter() - start) * 1e3)
    name = NAMES[arguments.peer]
    report(
        name, version, arguments.workload, arguments.mode, arguments.precision, arguments.threads, times,
        import_mb=round(before, 1),
    )  # fmt: skip
    if arguments.output:
        numpy.save(arguments.output, array(result))


if __name__ == '__main__':
    main()
