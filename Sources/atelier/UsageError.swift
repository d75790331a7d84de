/// Something was asked for in a way that cannot be right; the words say what and how.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Runs what fails only when something was asked for that does not exist.
func usage<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw UsageError("\(error)") }
}
