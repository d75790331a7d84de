/// Something was asked for that cannot be: a class that the model does not know, a folder without pairs, settings that
/// contradict each other. The words say what, and what would be possible.
public struct RequestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What cannot be, and what could.
    public let description: String

    package init(_ description: String) { self.description = description }
}

/// Runs what fails only when something was asked for that does not exist.
package func requested<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw RequestError("\(error)") }
}
