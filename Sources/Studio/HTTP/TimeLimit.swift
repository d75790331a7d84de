/// Something took too long.
struct TimeLimitReached: Error {}

/// Runs a closure that stops when its task is canceled, for a limited time.
///
/// - Throws: ``TimeLimitReached``, and what the closure throws.
func within<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() ?? nil else { throw TimeLimitReached() }
        return value
    }
}
