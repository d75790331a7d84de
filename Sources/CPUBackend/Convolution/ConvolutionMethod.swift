import CKernels
import COneDNN
import TensorCore

/// The methods for computing a convolution. Each supports only some sizes; all agree up to rounding.
public enum ConvolutionMethod: String, Sendable, Hashable, CaseIterable, Codable {
    /// Winograd's fast filtering in tiles, with our own kernels.
    case winograd
    /// A matrix product without copies of the input, with our own kernels.
    case direct
    /// One output pixel: a plain matrix product.
    case wholeWindow = "whole-window"
    /// Gradients of a layer whose input is an image.
    case fewChannels = "few-channels"
    /// oneDNN on the arrays in their own layout.
    case oneDNNChannelsLast = "onednn"
    /// oneDNN on copies in its preferred layout.
    case oneDNNBlocked = "onednn-blocked"
    /// Winograd in oneDNN; only in version 2, with AVX-512.
    case oneDNNWinograd = "onednn-winograd"

    private enum Library { case own, oneDNN }

    private var code: (library: Library, number: Int32) {
        switch self {
        case .winograd: (.own, Int32(CK_WINOGRAD))
        case .direct: (.own, Int32(CK_DIRECT))
        case .wholeWindow: (.own, Int32(CK_WHOLE_WINDOW))
        case .fewChannels: (.own, Int32(CK_FEW_CHANNELS))
        case .oneDNNChannelsLast: (.oneDNN, Int32(ONEDNN_CHANNELS_LAST))
        case .oneDNNBlocked: (.oneDNN, Int32(ONEDNN_BLOCKED))
        case .oneDNNWinograd: (.oneDNN, Int32(ONEDNN_WINOGRAD))
        }
    }

    var isOneDNN: Bool { code.library == .oneDNN }

    /// Whether it supports the sizes, pass and pixel strides of a call. All methods support all epilogues. A bfloat16
    /// call may be computed in float32, which is more exact and, with Winograd, also faster.
    package func takes(_ call: ConvolutionCall) -> Bool { description(of: call) != nil }

    /// Whether it succeeded; false without memory.
    func run(_ call: ConvolutionCall) -> Bool {
        guard var description = description(of: call) else { return false }
        let (library, number) = code
        return switch library {
        case .own: ck_convolution_run(&description, number) == 0
        case .oneDNN: onednn_convolution_run(&description, number) == 0
        }
    }

    /// The call in a precision that this method supports, if possible the call's own.
    private func description(of call: ConvolutionCall) -> ck_convolution? {
        var description = call.description
        let (library, number) = code
        func takes() -> Bool {
            switch library {
            case .own: ck_convolution_takes(&description, number) != 0
            case .oneDNN: onednn_convolution_takes(&description, number) != 0
            }
        }
        if takes() { return description }
        description.precision = KernelPrecision.float32.code
        return call.precision != .float32 && takes() ? description : nil
    }
}
