/// Positions to read from or add to, shared between an operation and its adjoint.
package final class IndexList: Sendable {
    package let indices: [Int32]
    package init(_ indices: [Int32]) { self.indices = indices }
}
