extension ConvolutionMethod {
    /// The methods in the order in which they are tried when nothing was measured on this machine. The order never
    /// depends on the batch, so that a sample's result does not either.
    private static let order: [ConvolutionMethod] = [
        .winograd, .wholeWindow, .fewChannels, .direct, .oneDNNChannelsLast,
    ]

    /// The first method of the table that takes the call; nil when none does.
    static func byRule(_ call: ConvolutionCall) -> ConvolutionMethod? { order.first { $0.takes(call) } }
}
