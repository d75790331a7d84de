import CPUBackend
import TensorCore

extension Program {
    /// Converts elementwise instructions to epilogues, the form that later passes can fuse. Also recognizes upscaling
    /// by repetition, which the eager code composes from several kernels.
    func lowered() -> Program {
        rewritten { program, _, instruction in
            switch instruction.action {
            case .unary(let function):
                guard let epilogue = Epilogue(function, channels: instruction.channels) else { break }
                return program.append(instruction.pointwise(epilogue))
            case .binary(let operation):
                if let lowered = program.affine(operation, instruction) { return program.append(lowered) }
            case .channelAffine(slope: 1):
                guard let scale = program.perChannel(instruction.operands[1], of: instruction),
                    let shift = program.perChannel(instruction.operands[2], of: instruction)
                else { break }
                return program.append(instruction.pointwise(Epilogue(multipliers: scale, bias: shift)))
            case .arrangement where instruction.channels == 1 || instruction.shape[2] * instruction.shape[3] == 1:
                // One channel or one pixel: both layouts are the same.
                var view = instruction
                view.action = .view
                return program.append(view)
            case .axisMap, .arrangement:
                if let upscaling = program.upscaling(instruction) { return upscaling }
            default: break
            }
            return program.append(instruction)
        }
    }

    /// A sum or difference of two results, or an operation with one constant per channel.
    private func affine(_ operation: BinaryOperation, _ instruction: Instruction) -> Instruction? {
        let (a, b) = (instruction.operands[0], instruction.operands[1])
        let sign: Float = operation == .subtract ? -1 : 1
        if operation == .add || operation == .subtract,
            self[a].shape == instruction.shape && self[b].shape == instruction.shape
        {
            if constant(a) == nil { return instruction.pointwise(Epilogue(added: [sign])) }
            return instruction.pointwise(Epilogue(scale: sign, added: [1]), operands: [b, a])
        }
        if self[a].shape == instruction.shape, let values = perChannel(b, of: instruction) {
            switch operation {
            case .add: return instruction.pointwise(Epilogue(bias: values), operands: [a])
            case .subtract: return instruction.pointwise(Epilogue(bias: -values), operands: [a])
            case .multiply: return instruction.pointwise(Epilogue(multipliers: values), operands: [a])
            case .divide: return instruction.pointwise(Epilogue(multipliers: values.reciprocal()), operands: [a])
            default: return nil
            }
        }
        if self[b].shape == instruction.shape, let values = perChannel(a, of: instruction) {
            switch operation {
            case .add: return instruction.pointwise(Epilogue(bias: values), operands: [b])
            case .multiply: return instruction.pointwise(Epilogue(multipliers: values), operands: [b])
            case .subtract:
                let negation = Tensor.full([instruction.channels], -1)
                return instruction.pointwise(Epilogue(multipliers: negation, bias: values), operands: [b])
            default: return nil
            }
        }
        return nil
    }

    /// A constant that has one value for each channel of a result, or one for all, as `[C]`.
    private func perChannel(_ value: Int, of result: Instruction) -> Tensor? {
        guard let constant = constant(value) else { return nil }
        let channels = result.channels
        if constant.count == 1 { return .full([channels], constant.item) }
        guard result.isPixelwise, constant.count == channels else { return nil }
        // Aligned from the end, as broadcasting does; scale and shift are vectors of channels by themselves.
        let channelAxis = constant.rank - (result.shape.rank - 1)
        let isAligned = channelAxis >= 0 && constant.shape[channelAxis] == channels
        guard isAligned || result.isAffine else { return nil }
        return constant.reshaped(to: [channels])
    }

    /// Recognizes the repetition of every position along both axes of an image. A following change of layout moves
    /// before it, where there is less data.
    private mutating func upscaling(_ instruction: Instruction) -> Int? {
        guard instruction.layout == .ofConvolutions else { return nil }
        if case .axisMap(let columns, axis: 3) = instruction.action {
            guard let (source, factor) = repeated(columns, rows: instruction.operands[0]) else { return nil }
            return append(instruction.upscaling(source, by: factor))
        }
        guard case .arrangement = instruction.action,
            case .axisMap(let columns, axis: 3) = self[instruction.operands[0]].action,
            let (source, factor) = repeated(columns, rows: self[instruction.operands[0]].operands[0])
        else { return nil }
        let known = instructions.firstIndex { candidate in
            if case .arrangement = candidate.action { return candidate.operands == [source] }
            return false
        }
        let arrangement = Instruction(
            action: .arrangement, operands: [source], shape: self[source].shape, layout: .ofConvolutions)
        return append(instruction.upscaling(known ?? append(arrangement), by: factor))
    }

    private func repeated(_ columns: AxisMap, rows value: Int) -> (source: Int, factor: Int)? {
        guard let factor = columns.repetitions, case .axisMap(let rows, axis: 2) = self[value].action,
            rows.repetitions == factor
        else { return nil }
        return (self[value].operands[0], factor)
    }
}

extension Program.Instruction {
    /// This result by an epilogue of the operands given, or else of the instruction's own.
    func pointwise(_ epilogue: Epilogue, operands: [Int]? = nil) -> Self {
        var result = self
        result.action = .pointwise(epilogue)
        result.operands = operands ?? Array(self.operands.prefix(1 + epilogue.added.count))
        return result
    }

    fileprivate func upscaling(_ source: Int, by factor: Int) -> Self {
        var result = self
        result.action = .upscaling(factor)
        result.operands = [source]
        return result
    }

    fileprivate var isAffine: Bool {
        if case .channelAffine = action { return true }
        return false
    }
}

extension Epilogue {
    /// The epilogue of a function of one variable; nil if there is none.
    fileprivate init?(_ function: UnaryOperation, channels: Int) {
        switch function {
        case .negate: self.init(scale: -1)
        case .affine(let scale, offset: 0): self.init(scale: scale)
        case .affine(let scale, let offset):
            self.init(multipliers: .full([channels], scale), bias: .full([channels], offset))
        case .function(let function):
            guard let activation = Activation(function) else { return nil }
            self.init(activation: activation)
        default: return nil
        }
    }
}

extension Activation {
    /// The activation that a function is; nil if it is none.
    fileprivate init?(_ function: UnaryFunction) {
        switch function {
        case .sigmoid: self = .sigmoid
        case .silu: self = .silu
        case .mish: self = .mish
        case .gelu: self = .gelu
        default: return nil
        }
    }
}

extension AxisMap {
    /// How often every position is repeated; nil when the map is anything else.
    fileprivate var repetitions: Int? {
        guard inputLength > 0, outputLength % inputLength == 0, column.count == outputLength else { return nil }
        let factor = outputLength / inputLength
        let repeats = (0..<outputLength).allSatisfy { row in
            rowStart[row] == Int32(row) && column[row] == Int32(row / factor) && weight[row] == 1
        }
        return repeats ? factor : nil
    }
}
