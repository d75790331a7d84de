/// Who chooses among the kernels that can do a convolution. All agree to rounding; only their speed differs.
public enum KernelSelection: Sendable, Hashable {
    /// A fixed table: the same kernel for the same sizes, whatever happened before. The default.
    case rules
    /// The fastest on this machine. It is measured when a size is met for the first time, which takes a fraction of a
    /// second, and remembered in a file of the user's cache folder.
    case measured
    /// One kernel wherever it can do the sizes, and the fixed table elsewhere.
    case always(ConvolutionMethod)
}

extension KernelSelection: LosslessStringConvertible {
    /// `auto` for measured, `rules`, or the name of a kernel.
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

    /// Every name there is.
    public static var names: [String] { ["auto", "rules"] + ConvolutionMethod.allCases.map(\.rawValue) }
}

extension KernelSelection {
    /// The method that does a call; nil when none does.
    package func method(for call: ConvolutionCall) -> ConvolutionMethod? {
        switch self {
        case .rules: ConvolutionMethod.byRule(call)
        case .measured: ConvolutionChooser.shared.method(for: call) ?? ConvolutionMethod.byRule(call)
        case .always(let method): method.takes(call) ? method : ConvolutionMethod.byRule(call)
        }
    }
}
