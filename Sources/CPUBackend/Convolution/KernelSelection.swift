/// How the kernel of a convolution is chosen. All kernels agree up to rounding; only their speed differs.
public enum KernelSelection: Sendable, Hashable {
    /// A fixed table: always the same kernel for the same sizes. The default.
    case rules
    /// Autotuning: the fastest kernel on this machine. It is measured when a size is first met, which takes a fraction
    /// of a second, and remembered in a file in the user's cache folder.
    case measured
    /// One kernel for all sizes that it supports, and the fixed table for the others.
    case always(ConvolutionMethod)
}

extension KernelSelection: LosslessStringConvertible {
    /// Parses `auto` (measured), `rules`, or the name of a kernel.
    public init?(_ name: String) {
        switch name {
        case "auto": self = .measured
        case "rules": self = .rules
        default:
            guard let method = ConvolutionMethod(rawValue: name) else { return nil }
            self = .always(method)
        }
    }

    public var description: String {
        switch self {
        case .measured: "auto"
        case .rules: "rules"
        case .always(let method): method.rawValue
        }
    }

    /// All names.
    public static var names: [String] { ["auto", "rules"] + ConvolutionMethod.allCases.map(\.rawValue) }
}

extension KernelSelection {
    /// The method for a call; nil if no method supports it.
    package func method(for call: ConvolutionCall) -> ConvolutionMethod? {
        switch self {
        case .rules: ConvolutionMethod.byRule(call)
        case .measured: ConvolutionChooser.shared.method(for: call) ?? ConvolutionMethod.byRule(call)
        case .always(let method): method.takes(call) ? method : ConvolutionMethod.byRule(call)
        }
    }
}
