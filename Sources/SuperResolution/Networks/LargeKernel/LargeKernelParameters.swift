import Models

/// The sizes that PLKSR and RealPLKSR share.
package protocol LargeKernelParameters: UpscalerParameters {
    /// The side of the large kernels.
    var kernel: Int { get set }
    /// The channels that have a large kernel.
    var partial: Int { get set }
    /// Whether blocks have a gate for every value.
    var attention: Bool { get set }
}

extension LargeKernelParameters {
    /// Refuses other images than those of color, kernels without a middle, and more channels than there are.
    func checkLargeKernels() throws(ParameterError) {
        try check(scales: Array(1...16), channelsFit: inputChannels == 3 && outputChannels == 3)
        guard (1...63).contains(kernel), kernel % 2 == 1 else {
            throw ParameterError("kernel is \(kernel), it must be an odd number up to 63")
        }
        try ParameterError.check("partial", partial, in: 1...features)
    }

    /// Takes over what the names and shapes of a file say.
    ///
    /// - Parameter behind: how many layers the last convolution lies behind the last block.
    /// - Returns: false if the file is of another network.
    mutating func read(_ shapes: TensorShapes, behind: Int) -> Bool {
        let count = shapes.count { "feats.\($0 + 1).refine.weight" }
        guard count > 0, let first = shapes["feats.0.weight", rank: 4],
            let large = shapes["feats.1.lk.conv.weight", rank: 4],
            let last = shapes["feats.\(count + behind).weight", rank: 4],
            let factor = (1...16).first(where: { 3 * $0 * $0 == last[0] })
        else { return false }
        (scale, depth, features) = (factor, count, first[0])
        (kernel, partial) = (large[2], large[0])
        attention = shapes.has("feats.1.attn.f.0.weight")
        return true
    }
}
