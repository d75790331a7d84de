import CKernels
import TensorCore

/// The processor: vector kernels in C, and oneDNN where that is faster.
///
/// Two such backends differ in nothing but what chooses the kernels of convolutions. They read each other's tensors.
public final class CPUBackend: Backend {
    /// What chooses the kernels of convolutions.
    public let kernels: KernelSelection

    /// The one that computes where nothing else was asked for.
    public static let standard = CPUBackend(kernels: .rules)

    public init(kernels: KernelSelection) { self.kernels = kernels }

    /// Runs a closure in which tensors made from nothing are this backend's, as is all that is computed from them.
    ///
    ///     try CPUBackend(kernels: .measured).run { try train() }
    public func run<Result>(_ body: () throws -> Result) rethrows -> Result {
        try CurrentBackend.with(self, body)
    }

    /// Where tensors of two meet, the one that was asked for goes before the standard one.
    package func joined(with other: any Backend) -> (any Backend)? {
        guard let other = other as? CPUBackend else { return nil }
        return self === CPUBackend.standard ? other : self
    }

    package var hasFastBFloat16: Bool { ck_has_bfloat16() != 0 }
}

/// What `TensorCore` computes with unless it is told otherwise, bound when a program is linked.
@_silgen_name("atelier_standard_backend")
package func makeStandardBackend() -> any Backend { CPUBackend.standard }

/// Sets how many threads compute; by default as many as there are cores to use.
public func setComputeThreads(_ count: Int) { ck_set_threads(Int32(clamping: count)) }

/// How many threads compute.
public var computeThreads: Int { Int(ck_threads()) }
