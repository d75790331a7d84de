extension Program {
    /// If one value goes through both a leaky relu and a relu, takes the relu of the leaky relu, which has the same
    /// sign. The value itself then has no other use, so the leaky relu can be fused with the operation that made it.
    /// Every level of a U-Net has this pattern: one goes down, the other across.
    func withSharedActivations() -> Program {
        var leaky: [Int: Int] = [:]
        return rewritten { program, _, instruction in
            guard case .pointwise(let epilogue) = instruction.action, let slope = epilogue.rectifiedSlope else {
                return program.append(instruction)
            }
            let source = instruction.operands[0]
            if slope > 0 {
                let value = program.append(instruction)
                leaky[source] = value
                return value
            }
            return program.append(instruction.pointwise(epilogue, operands: [leaky[source] ?? source]))
        }
    }
}
