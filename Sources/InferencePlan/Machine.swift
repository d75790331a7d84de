import CPUBackend
import Memory
import TensorCore

/// One run of a plan: executes its instructions in the memory of its values.
struct Machine {
    let plan: CompiledProgram
    let inputs: [Tensor]
    private let backend: CPUBackend
    private let arena: CPUStorage
    private let result: CPUStorage
    /// Values that kernels returned in memory of their own, for as long as they are needed.
    private var kept: [Tensor?]

    /// Takes the memory of a run.
    ///
    /// - Throws: `OutOfMemory`.
    init(_ plan: CompiledProgram, _ inputs: [Tensor], _ backend: CPUBackend) throws {
        self.plan = plan
        self.inputs = inputs
        self.backend = backend
        arena = try CPUStorage(count: plan.buffers.count, backend: backend)
        let output = plan.program[plan.program.output]
        result = try CPUStorage(count: output.shape.count, layout: output.layout, backend: backend)
        kept = [Tensor?](repeating: nil, count: plan.program.instructions.count)
    }

    /// - Parameter measured: receives the time of every instruction.
    mutating func run(_ measured: ((Program.Instruction, Duration) -> Void)? = nil) throws -> Tensor {
        for (value, instruction) in plan.program.instructions.enumerated() {
            if let measured {
                measured(instruction, try ContinuousClock().measure { try execute(value, instruction) })
            } else {
                try execute(value, instruction)
            }
            for root in plan.lastUses[value] { kept[root] = nil }
        }
        let value = plan.program.output
        if plan.program[plan.places[value].root].ownsBuffer {
            return Tensor(shape: plan.program[value].shape, storage: result)
        }
        return backend.owned(try tensor(value))
    }

    private mutating func execute(_ value: Int, _ instruction: Program.Instruction) throws {
        let operands = instruction.operands
        switch instruction.action {
        case .input, .constant, .view: break
        case .convolution(let convolution): try run(convolution, value, operands)
        case .pointwise(let planned):
            try backend.applyEpilogue(
                epilogue(planned, operands), array(operands[0]), pixels: instruction.pixels,
                channels: instruction.channels, to: array(value))
        case .concatenation:
            for (part, place) in plan.copies[value] {
                let source = plan.program[part]
                let target = try array(value).from(channel: place.offset - plan.places[value].offset)
                try backend.applyEpilogue(
                    ConvolutionEpilogue(), array(part), pixels: source.pixels, channels: source.channels, to: target)
            }
        case .pixelShuffle(let factor):
            let shape = instruction.shape
            try backend.shufflePixels(
                array(operands[0]), rows: shape[0] * shape[2] / factor, width: shape[3] / factor,
                channels: shape[1], factor: factor, adding: operands.count > 1 ? array(operands[1]) : nil,
                to: array(value))
        case .upscaling(let factor):
            let small = plan.program[operands[0]].shape
            try backend.upsampleNearest(
                array(operands[0]), rows: small[0] * small[2], width: small[3], channels: small[1], factor: factor,
                to: array(value))
        case .arrangement: try keep(backend.arranged(tensor(operands[0]), instruction.layout), value)
        case .unary(let function): try keep(backend.unary(function, tensor(operands[0])), value)
        case .binary(let function):
            try keep(backend.binary(function, tensor(operands[0]), tensor(operands[1])), value)
        case .channelAffine(let slope):
            let (x, scale, shift) = try (tensor(operands[0]), tensor(operands[1]), tensor(operands[2]))
            try keep(backend.channelAffine(x, scale: scale, shift: shift, slope: slope), value)
        case .axisMap(let map, let axis): try keep(backend.apply(map, to: tensor(operands[0]), axis: axis), value)
        case .kernel(_, let run): try keep(run(backend, operands.map(tensor)), value)
        }
    }

    private func run(_ planned: PlannedConvolution, _ value: Int, _ operands: [Int]) throws {
        let (source, target) = try (array(operands[0]), array(value))
        let isForward = planned.pass == .forward
        let (input, output) = isForward ? (source, target) : (target, source)
        let call = try ConvolutionCall(
            planned.geometry, planned.pass, planned.precision, input: input, output: output,
            epilogue: epilogue(planned.epilogue, operands))
        try backend.run(call, weight: planned.weight)
    }

    private func epilogue(_ planned: Epilogue, _ operands: [Int]) throws -> ConvolutionEpilogue {
        try ConvolutionEpilogue(
            multipliers: planned.multipliers, bias: planned.bias, activation: planned.activation, scale: planned.scale,
            added: zip(operands.dropFirst(), planned.added).map { operand, scale in
                try ConvolutionEpilogue.Addend(array(operand), scale: scale)
            })
    }

    // MARK: Places of values

    private func array(_ value: Int) throws -> PixelArray {
        let place = plan.places[value]
        let (block, start) = block(place.root)
        return try PixelArray(block, from: start + place.offset, pixel: place.pixel)
    }

    /// The memory of a value with its own buffer, and the offset of the value.
    private func block(_ root: Int) -> (CPUStorage, start: Int) {
        switch plan.program[root].action {
        case .input(let index): return (inputs[index].block, 0)
        case .constant(let tensor): return (tensor.block, 0)
        default: break
        }
        if let offset = plan.buffers.offsets[root] { return (arena, offset) }
        return (kept[root]?.block ?? result, 0)
    }

    /// The value as kernels take it; its pixels follow each other.
    private func tensor(_ value: Int) throws -> Tensor {
        let instruction = plan.program[value]
        switch instruction.action {
        case .input(let index): return inputs[index]
        case .constant(let tensor): return tensor
        default: break
        }
        return try kept[value] ?? backend.borrowed(array(value), instruction.shape, instruction.layout)
    }

    /// Copies the tensor if a kernel returned its operand, because that memory will be reused.
    private mutating func keep(_ tensor: Tensor, _ value: Int) throws {
        guard tensor.storage.hasValues else { throw OutOfMemory.last }
        kept[value] = backend.owned(tensor)
    }
}
