import Synchronization

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

/// Sets who chooses the kernels of convolutions from now on.
public func setKernelChoice(_ choice: KernelSelection) { KernelSelection.chosen.withLock { $0 = choice } }

/// Who chooses the kernels of convolutions.
public var kernelSelection: KernelSelection { KernelSelection.scoped ?? KernelSelection.chosen.withLock { $0 } }

extension KernelSelection {
    fileprivate static let chosen = Mutex(KernelSelection.rules)

    /// Stands before the choice of the process while a closure runs.
    @TaskLocal package static var scoped: KernelSelection?
}
