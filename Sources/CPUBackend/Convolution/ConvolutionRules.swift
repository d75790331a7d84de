import TensorCore

extension ConvolutionMethod {
    /// The methods in the order in which they are tried when nothing was measured on this machine. The order never
    /// depends on the batch, so that a sample's result does not either.
    private static let order: [ConvolutionMethod] = [
        .winograd, .wholeWindow, .direct, .fewChannels, .oneDNNChannelsLast,
    ]

    /// Rows of pixels with few channels are quicker summed as they lie.
    private static let weightGradientOrder: [ConvolutionMethod] = [
        .winograd, .wholeWindow, .fewChannels, .direct, .oneDNNChannelsLast,
    ]

    /// The first method of the table that takes the call and suits it; nil when none does.
    static func byRule(_ call: ConvolutionCall) -> ConvolutionMethod? {
        (call.pass == .weightGradient ? weightGradientOrder : order).first { $0.suits(call) && $0.takes(call) }
    }

    /// What measurements on several shapes have in common.
    private func suits(_ call: ConvolutionCall) -> Bool {
        let g = call.geometry
        switch self {
        case .winograd:
            // On the smallest planes its larger weights cost more than the multiplications saved.
            let least = g.inputChannels * g.outputChannels > 1 << 16 && g.kernelHeight == 4 ? 64 : 4
            return call.pass == .weightGradient || g.outputHeight * g.outputWidth > least
        case .wholeWindow: return call.precision == .float32
        case .fewChannels:
            // The threads share the samples of a weight gradient.
            return call.precision == .float32 && (call.pass != .weightGradient || g.batch >= 4)
        default: return true
        }
    }
}
