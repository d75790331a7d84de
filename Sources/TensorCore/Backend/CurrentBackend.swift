/// Where tensors that are made from nothing come from.
///
/// An operation is computed by the backend of its operands. Only what has no operand (given values, zeros, random
/// numbers) needs to be told: it comes from the current backend, which is the processor's unless a scope names another.
/// A scope is a task-local value, so it ends with its closure and no other task sees it.
package enum CurrentBackend {
    @TaskLocal private static var scoped: (any Backend)?
    private static let standard: any Backend = makeStandardBackend()

    package static var value: any Backend { scoped ?? standard }

    /// Runs a closure in which tensors made from nothing are those of a backend.
    package static func with<Result>(_ backend: any Backend, _ body: () throws -> Result) rethrows -> Result {
        try $scoped.withValue(backend, operation: body)
    }
}

/// The backend of the processor. This module must not import `CPUBackend`, which stands above it, so the function is
/// bound by its symbol when a program is linked: a program without a backend does not link, and none can forget to
/// register one.
@_silgen_name("atelier_standard_backend")
private func makeStandardBackend() -> any Backend
