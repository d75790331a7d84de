import TensorCore

/// Everything that the choice of a convolution's kernel depends on. For forward passes and input gradients, the batch
/// size is left out, so that the result for a sample does not depend on its batch.
struct ConvolutionKey: Hashable {
    let geometry: ConvolutionGeometry
    let pass: ConvolutionPass
    let precision: KernelPrecision
    /// Whether the arrays are parts of wider arrays.
    let isPartOfInput: Bool
    let isPartOfOutput: Bool
    /// Whether the epilogue is more than a bias.
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

    /// The key as one line of text.
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
