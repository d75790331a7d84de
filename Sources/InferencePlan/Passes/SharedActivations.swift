extension Program {
    /// Where both a leaky relu and a relu of one value are wanted, the relu is taken of the leaky relu, which has the
    /// same sign: then nobody wants the value itself, and the leaky relu can be fused with what made it. U-Nets ask for
    /// this at every level: down goes one, across the other.
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
