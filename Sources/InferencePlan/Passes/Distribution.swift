import TensorCore

extension Program {
    /// Moves elementwise functions before rearrangements, where they can be fused with the operations that made the
    /// values: before a concatenation, to its parts, and before a pixel shuffle.
    func distributed() -> Program {
        let uses = useCounts
        return rewritten { program, index, instruction in
            guard case .pointwise(let epilogue) = instruction.action, epilogue.added.isEmpty,
                uses[self[index].operands[0]] == 1
            else { return program.append(instruction) }
            let source = program[instruction.operands[0]]
            switch source.action {
            case .concatenation:
                var start = 0
                let parts = source.operands.map { part in
                    let channels = program[part].channels
                    defer { start += channels }
                    return program.append(
                        program[part].pointwise(epilogue.ofChannels(from: start, count: channels), operands: [part]))
                }
                var result = instruction
                (result.action, result.operands) = (.concatenation, parts)
                return program.append(result)
            case .pixelShuffle(let factor) where source.operands.count == 1:
                let small = program[source.operands[0]]
                var result = instruction
                result.action = .pixelShuffle(factor)
                result.operands = [
                    program.append(
                        small.pointwise(
                            epilogue.repeatingChannels(factor * factor), operands: source.operands))
                ]
                return program.append(result)
            default: return program.append(instruction)
            }
        }
    }
}

extension Epilogue {
    /// The part of it that concerns some of the channels.
    fileprivate func ofChannels(from start: Int, count: Int) -> Epilogue {
        mappingVectors { $0.slice(axis: 0, from: start, count: count) }
    }

    /// The same for an array in which every channel stands for several in a row.
    fileprivate func repeatingChannels(_ factor: Int) -> Epilogue {
        mappingVectors { $0.gathering((0..<$0.count * factor).map { $0 / factor }, axis: 0) }
    }

    private func mappingVectors(_ transform: (Tensor) -> Tensor) -> Epilogue {
        var result = self
        result.multipliers = multipliers.map(transform)
        result.bias = bias.map(transform)
        if case .prelu(let weights) = activation { result.activation = .prelu(weights: transform(weights)) }
        return result
    }
}
