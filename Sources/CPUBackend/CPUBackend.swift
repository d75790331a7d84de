import CKernels
import TensorCore

/// The CPU: vector kernels in C, and oneDNN where it is faster.
///
/// Two CPU backends differ only in how the kernels of convolutions are chosen. They can read each other's tensors.
public final class CPUBackend: Backend {
    /// How the kernels of convolutions are chosen.
    public let kernels: KernelSelection

    /// The default backend.
    public static let standard = CPUBackend(kernels: .rules)

    public init(kernels: KernelSelection) { self.kernels = kernels }

    /// Runs a closure in which tensors without operands, and everything computed from them, belong to this backend.
    ///
    ///     try CPUBackend(kernels: .measured).run { try train() }
    public func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        try CurrentBackend.with(self, body)
    }

    /// If tensors of two CPU backends meet, the requested backend takes precedence over the standard one.
    package func joined(with other: any Backend) -> (any Backend)? {
        guard let other = other as? CPUBackend else { return nil }
        return self === CPUBackend.standard ? other : self
    }

    package var hasFastBFloat16: Bool { ck_has_bfloat16() != 0 }
}

/// The default backend of `TensorCore`, bound by the linker.
@_silgen_name("atelier_standard_backend")
package func makeStandardBackend() -> any Backend { CPUBackend.standard }

/// Sets the number of compute threads; by default the number of usable cores.
public func setComputeThreads(_ count: Int) { ck_set_threads(Int32(clamping: count)) }

/// Runs a closure whose computing uses at most so many threads. What is computed outside of it, at the same time, uses as
/// many as ever.
package func withComputeThreads<Result>(atMost count: Int, _ body: () throws -> Result) rethrows -> Result {
    let before = ck_limit_threads(Int32(clamping: max(count, 1)))
    defer { _ = ck_limit_threads(before) }
    return try body()
}

/// The number of compute threads.
public var computeThreads: Int { Int(ck_threads()) }
