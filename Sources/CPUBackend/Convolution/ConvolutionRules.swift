import TensorCore

extension ConvolutionMethod {
    /// The methods in the order in which they are tried without measurements. The order does not depend on the batch
    /// size, so neither does the result for a sample.
    private static let order: [ConvolutionMethod] = [
        .winograd, .wholeWindow, .direct, .fewChannels, .oneDNNChannelsLast,
    ]

    /// Rows of pixels with few channels are faster to sum in their own layout.
    private static let weightGradientOrder: [ConvolutionMethod] = [
        .winograd, .wholeWindow, .fewChannels, .direct, .oneDNNChannelsLast,
    ]

    /// The first method in the table that supports the call and suits it; nil if there is none.
    static func byRule(_ call: ConvolutionCall) -> ConvolutionMethod? {
        (call.pass == .weightGradient ? weightGradientOrder : order).first { $0.suits(call) && $0.takes(call) }
    }

    /// Rules that measurements on several shapes confirm.
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
