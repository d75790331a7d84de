import TensorCore

/// What the choice of a convolution's kernel depends on. The batch is left out of forward passes and input gradients,
/// so that a sample's result does not depend on its company.
struct ConvolutionKey: Hashable {
    let geometry: ConvolutionGeometry
    let pass: ConvolutionPass
    let precision: KernelPrecision
    /// Whether the arrays are parts of wider ones.
    let isPartOfInput: Bool
    let isPartOfOutput: Bool
    /// Whether there is more to the epilogue than a bias.
    let hasSteps: Bool
    let reusesWeight: Bool

    init(_ call: ConvolutionCall) {
        var geometry = call.geometry
        if call.pass != .weightGradient { geometry.batch = 0 }
        self.geometry = geometry
        pass = call.pass
        precision = call.precision
        isPartOfInput = call.inputPixel != geometry.inputChannels
        isPartOfOutput = call.outputPixel != geometry.outputChannels
        hasSteps = call.epilogue.hasSteps
        reusesWeight = call.reusesWeight
    }

    /// One line that says the same.
    var text: String {
        let g = geometry
        var words = [
            "\(pass)", "\(precision)",
            "\(g.inputChannels)x\(g.inputHeight)x\(g.inputWidth)", "to", "\(g.outputChannels)",
            "kernel", "\(g.kernelHeight)x\(g.kernelWidth)", "stride", "\(g.strideHeight)x\(g.strideWidth)",
            "pad", "\(g.padTop),\(g.padLeft),\(g.padBottom),\(g.padRight)",
        ]
        if g.dilationHeight != 1 || g.dilationWidth != 1 {
            words += ["dilation", "\(g.dilationHeight)x\(g.dilationWidth)"]
        }
        if g.groups != 1 { words += ["groups", "\(g.groups)"] }
        if g.batch != 0 { words += ["batch", "\(g.batch)"] }
        if isPartOfInput { words.append("part-of-input") }
        if isPartOfOutput { words.append("part-of-output") }
        if hasSteps { words.append("steps") }
        if reusesWeight { words.append("packed") }
        return words.joined(separator: " ")
    }
}

extension ConvolutionEpilogue {
    fileprivate var hasSteps: Bool {
        if case .none = activation { return multipliers != nil || scale != 1 || !added.isEmpty }
        return true
    }
}
