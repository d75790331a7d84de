import CKernels
import COneDNN
import TensorCore

/// The ways to compute a convolution. Each does only some sizes, and all agree to rounding.
public enum ConvolutionMethod: String, Sendable, Hashable, CaseIterable, Codable {
    /// Fast filtering in tiles, by our own kernels.
    case winograd
    /// A matrix product without copies of the input, by our own kernels.
    case direct
    /// One output pixel: a plain matrix product.
    case wholeWindow = "whole-window"
    /// Gradients of a layer that reads images.
    case fewChannels = "few-channels"
    /// oneDNN on the arrays as they lie.
    case oneDNNChannelsLast = "onednn"
    /// oneDNN on copies in the layout that it likes best.
    case oneDNNBlocked = "onednn-blocked"
    /// Fast filtering by oneDNN: its version 2 with AVX-512 only.
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

    /// Whether it can do the sizes, pass and pixel strides of a call; every one applies every epilogue. A call in
    /// bfloat16 may be done in float32: that is more exact, and by fast filtering faster, too.
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

    /// The call in the precision that this method has for it, its own if possible.
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
