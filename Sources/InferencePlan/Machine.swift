import CKernels

/// One run of a plan: the memory of its values, and what every instruction does with it.
struct Machine {
    let plan: CompiledProgram
    let inputs: [Tensor]
    private let arena: Storage
    private let result: Storage
    /// Values that kernels returned in memory of their own, for as long as they are needed.
    private var kept: [Tensor?]

    init(_ plan: CompiledProgram, _ inputs: [Tensor]) {
        self.plan = plan
        self.inputs = inputs
        arena = Storage(count: plan.buffers.count)
        let output = plan.program[plan.program.output]
        result = Storage(count: output.shape.count, layout: output.layout)
        kept = [Tensor?](repeating: nil, count: plan.program.instructions.count)
    }

    /// - Parameter measured: told how long every instruction took.
    mutating func run(_ measured: ((Program.Instruction, Duration) -> Void)? = nil) -> Tensor {
        for (value, instruction) in plan.program.instructions.enumerated() {
            if let measured {
                measured(instruction, ContinuousClock().measure { execute(value, instruction) })
            } else {
                execute(value, instruction)
            }
            for root in plan.lastUses[value] { kept[root] = nil }
        }
        let value = plan.program.output
        if plan.program[plan.places[value].root].ownsBuffer {
            return Tensor(shape: plan.program[value].shape, storage: result)
        }
        return copyOfBorrowed(tensor(value))
    }

    private mutating func execute(_ value: Int, _ instruction: Program.Instruction) {
        let operands = instruction.operands
        switch instruction.action {
        case .input, .constant, .view: break
        case .convolution(let convolution): run(convolution, value, operands)
        case .pointwise(let planned):
            Kernels.applyEpilogue(
                epilogue(planned, operands), array(operands[0]), pixels: instruction.pixels,
                channels: instruction.channels, to: array(value))
        case .concatenation:
            for (part, place) in plan.copies[value] {
                let source = plan.program[part]
                var target = array(value)
                target.pointer += place.offset - plan.places[value].offset
                Kernels.applyEpilogue(
                    ConvolutionEpilogue(), array(part), pixels: source.pixels, channels: source.channels, to: target)
            }
        case .pixelShuffle(let factor):
            let shape = instruction.shape
            Kernels.shufflePixels(
                array(operands[0]), rows: shape[0] * shape[2] / factor, width: shape[3] / factor,
                channels: shape[1], factor: factor, adding: operands.count > 1 ? array(operands[1]) : nil,
                to: array(value))
        case .upscaling(let factor):
            let small = plan.program[operands[0]].shape
            Kernels.upsampleNearest(
                array(operands[0]), rows: small[0] * small[2], width: small[3], channels: small[1], factor: factor,
                to: array(value))
        case .arrangement: keep(Kernels.arranged(tensor(operands[0]), instruction.layout), value)
        case .unary(let function, let a, let b): keep(Kernels.unary(function, tensor(operands[0]), a, b), value)
        case .binary(let function, let a):
            keep(Kernels.binary(function, tensor(operands[0]), tensor(operands[1]), a), value)
        case .channelAffine(let slope):
            let (x, scale, shift) = (tensor(operands[0]), tensor(operands[1]), tensor(operands[2]))
            keep(Kernels.channelAffine(x, scale: scale, shift: shift, slope: slope), value)
        case .axisMap(let map, let axis): keep(Kernels.apply(map, to: tensor(operands[0]), axis: axis), value)
        case .kernel(_, let run): keep(run(operands.map(tensor)), value)
        }
    }

    private func run(_ planned: PlannedConvolution, _ value: Int, _ operands: [Int]) {
        let (source, target) = (array(operands[0]), array(value))
        let isForward = planned.pass == .forward
        let (input, output) = isForward ? (source, target) : (target, source)
        var call = ConvolutionCall(
            planned.geometry, planned.pass, precision: planned.precision, input: input.pointer, weight: nil,
            output: output.pointer, inputPixel: input.pixel, outputPixel: output.pixel,
            weightKey: Kernels.key(of: planned.weight), reusesWeight: true,
            epilogue: epilogue(planned.epilogue, operands))
        // Once a kernel has packed a weight that is still in its file, nobody needs the plain values.
        if planned.weight.storage.isDeferred, ConvolutionKernel.runPrepared(call) { return }
        planned.weight.storage.withPassingValues {
            call.weight = $0
            ConvolutionKernel.run(call)
        }
    }

    private func epilogue(_ planned: Epilogue, _ operands: [Int]) -> ConvolutionEpilogue {
        let activation: ConvolutionEpilogue.Activation =
            switch planned.activation {
            case .none: .none
            case .relu: .relu
            case .leakyReLU(let slope): .leakyReLU(slope: slope)
            case .prelu(let weights): .prelu(weights: weights.pointer)
            case .tanh: .tanh
            }
        let added = zip(operands.dropFirst(), planned.added).map { operand, scale in
            let array = array(operand)
            return ConvolutionEpilogue.Addend(values: array.pointer, pixel: array.pixel, scale: scale)
        }
        return ConvolutionEpilogue(
            multipliers: planned.multipliers?.pointer, bias: planned.bias?.pointer, activation: activation,
            scale: planned.scale, added: added)
    }

    // MARK: Where values lie

    private func array(_ value: Int) -> PixelArray {
        let place = plan.places[value]
        return PixelArray(base(place.root) + place.offset, pixel: place.pixel)
    }

    private func base(_ root: Int) -> UnsafeMutablePointer<Float> {
        switch plan.program[root].action {
        case .input(let index): return inputs[index].storage.pointer
        case .constant(let tensor): return tensor.storage.pointer
        default: break
        }
        if let offset = plan.buffers.offsets[root] { return arena.pointer + offset }
        guard let tensor = kept[root] else { return result.pointer }
        return tensor.storage.pointer
    }

    /// The value as kernels take it; its pixels follow each other.
    private func tensor(_ value: Int) -> Tensor {
        let instruction = plan.program[value]
        switch instruction.action {
        case .input(let index): return inputs[index]
        case .constant(let tensor): return tensor
        default: break
        }
        if let tensor = kept[value] { return tensor }
        let storage = Storage(
            borrowing: array(value).pointer, count: instruction.shape.count, layout: instruction.layout)
        return Tensor(shape: instruction.shape, storage: storage)
    }

    private mutating func keep(_ tensor: Tensor, _ value: Int) { kept[value] = copyOfBorrowed(tensor) }

    /// A kernel may return its operand as it is, whose memory will be used again.
    private func copyOfBorrowed(_ tensor: Tensor) -> Tensor {
        guard tensor.storage.isBorrowed else { return tensor }
        let copy = Storage(count: tensor.count, layout: tensor.layout)
        copy.pointer.update(from: tensor.storage.pointer, count: tensor.count)
        return Tensor(shape: tensor.shape, storage: copy)
    }
}
