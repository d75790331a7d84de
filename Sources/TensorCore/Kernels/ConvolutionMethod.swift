import CKernels
import COneDNN

/// The ways to compute a convolution. Each takes only some calls, and all agree to rounding.
package enum ConvolutionMethod: String, Sendable, Hashable, CaseIterable, Codable {
    /// Fast filtering in tiles, by our own kernels.
    case winograd
    /// A matrix product without copies of the input, by our own kernels.
    case direct
    /// One output pixel: a plain matrix product.
    case wholeWindow = "whole-window"
    /// Gradients of a layer that reads pictures.
    case fewChannels = "few-channels"
    /// oneDNN on the arrays as they lie.
    case oneDNNChannelsLast = "onednn"

    private enum Library { case own, oneDNN }

    private var code: (library: Library, number: Int32) {
        switch self {
        case .winograd: (.own, Int32(CK_WINOGRAD))
        case .direct: (.own, Int32(CK_DIRECT))
        case .wholeWindow: (.own, Int32(CK_WHOLE_WINDOW))
        case .fewChannels: (.own, Int32(CK_FEW_CHANNELS))
        case .oneDNNChannelsLast: (.oneDNN, Int32(ONEDNN_CHANNELS_LAST))
        }
    }

    /// Whether it can do the sizes, pass, precision and pixel strides of a call; every one applies every epilogue.
    package func takes(_ call: ConvolutionCall) -> Bool {
        var description = call.description
        let (library, number) = code
        return switch library {
        case .own: ck_convolution_takes(&description, number) != 0
        case .oneDNN: onednn_convolution_takes(&description, number) != 0
        }
    }

    /// Whether it succeeded; false without memory.
    func run(_ call: ConvolutionCall) -> Bool {
        var description = call.description
        let (library, number) = code
        return switch library {
        case .own: ck_convolution_run(&description, number) == 0
        case .oneDNN: onednn_convolution_run(&description, number) == 0
        }
    }
}

extension ConvolutionMethod {
    /// The methods in the order in which they are tried when nothing was measured, by what was measured once. The
    /// order never depends on the batch, so that a sample's result does not either.
    static let rules: [ConvolutionMethod] = [.winograd, .wholeWindow, .fewChannels, .direct, .oneDNNChannelsLast]

    /// The first method of the rules that takes the call.
    static func byRule(_ call: ConvolutionCall) -> ConvolutionMethod? { rules.first { $0.takes(call) } }
}
