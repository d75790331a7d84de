/// Wrong usage; the message says what is wrong.
struct UsageError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Runs a closure and turns its errors into usage errors.
func usage<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch { throw UsageError("\(error)") }
}
