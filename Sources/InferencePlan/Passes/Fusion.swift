extension Program {
    /// Fuses an epilogue with the convolution or epilogue before it if nothing else uses the value between them. The
    /// fused instruction takes the later position, so all its operands exist.
    func fused() -> Program {
        let uses = useCounts
        return rewritten { program, index, instruction in
            guard case .pointwise(let epilogue) = instruction.action else { return program.append(instruction) }
            // In a sum, any term may be the one that the others are added to.
            let terms = epilogue.isWeightedSum ? instruction.operands.count : 1
            for term in 0..<terms where uses[self[index].operands[term]] == 1 {
                var turned = instruction
                var turnedEpilogue = epilogue
                if term > 0 {
                    turned.operands.swapAt(0, term)
                    turnedEpilogue = epilogue.exchangingFirst(with: term - 1)
                }
                if let joint = program.joining(turnedEpilogue, turned) { return program.append(joint) }
            }
            return program.append(instruction)
        }
    }

    private func joining(_ epilogue: Epilogue, _ instruction: Instruction) -> Instruction? {
        let source = self[instruction.operands[0]]
        guard source.shape == instruction.shape, source.layout == instruction.layout else { return nil }
        var result = instruction
        result.operands = source.operands + instruction.operands.dropFirst()
        switch source.action {
        case .convolution(var convolution):
            guard let joint = convolution.epilogue.followed(by: epilogue, channels: source.channels) else {
                return nil
            }
            convolution.epilogue = joint
            result.action = .convolution(convolution)
        case .pointwise(let first):
            guard let joint = first.followed(by: epilogue, channels: source.channels) else { return nil }
            result.action = .pointwise(joint)
        case .channelAffine(slope: 1):
            guard let slope = epilogue.rectifiedSlope else { return nil }
            result.action = .channelAffine(slope: slope)
        case .pixelShuffle(let factor):
            guard source.operands.count == 1, epilogue.isWeightedSum, epilogue.scale == 1, epilogue.added == [1],
                case .upscaling(factor) = self[instruction.operands[1]].action
            else { return nil }
            result.action = .pixelShuffle(factor)
            result.operands = source.operands + self[instruction.operands[1]].operands
        default: return nil
        }
        return result
    }
}
