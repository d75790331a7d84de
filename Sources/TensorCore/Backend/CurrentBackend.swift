/// The backend of tensors without operands.
///
/// The backend of its operands computes an operation. Values without operands (given values, zeros, random numbers)
/// come from the current backend. That is the CPU backend unless a scope names another. A scope is a task-local value:
/// it ends with its closure, and other tasks do not see it.
package enum CurrentBackend {
    @TaskLocal private static var scoped: (any Backend)?
    private static let standard: any Backend = makeStandardBackend()

    package static var value: any Backend { scoped ?? standard }

    /// Runs a closure in which tensors without operands belong to a backend.
    package static func with<Result>(_ backend: any Backend, _ body: () throws -> Result) rethrows -> Result {
        try $scoped.withValue(backend, operation: body)
    }
}

/// The CPU backend. This module must not import `CPUBackend`, which is above it, so the linker binds the function by
/// its symbol. A program without a backend does not link, so no program can forget to register one.
@_silgen_name("atelier_standard_backend")
private func makeStandardBackend() -> any Backend
