import Foundation

/// Server-sent events: the answers that grow while somebody listens.
package enum EventStream {
    /// The content type.
    package static let type = "text/event-stream"

    /// An answer whose events a closure sends. Now and then a line is sent that no program sees, which shows whether
    /// somebody still listens; if nobody does, the task of the closure is canceled.
    package static func response(
        heartbeat: Duration = .seconds(10), _ produce: @escaping @Sendable (EventSender) async throws -> Void
    ) -> Response {
        Response(
            type: type,
            body: .stream { sink in
                let (events, pending) = AsyncStream.makeStream(of: [UInt8].self)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        defer { pending.finish() }
                        try await produce(EventSender(pending))
                    }
                    group.addTask {
                        while true {
                            try await Task.sleep(for: heartbeat)
                            pending.yield(Array(": still here\n\n".utf8))
                        }
                    }
                    defer { group.cancelAll() }
                    for await event in events { try await sink.send(event) }
                    try await group.next()
                }
            })
    }
}

/// Sends events, from any thread.
package struct EventSender: Sendable {
    private let pending: AsyncStream<[UInt8]>.Continuation

    init(_ pending: AsyncStream<[UInt8]>.Continuation) { self.pending = pending }

    /// Sends an event: its name, and a value as JSON.
    package func send(_ name: String, _ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(value) else { return }
        pending.yield(Array("event: \(name)\ndata: ".utf8) + [UInt8](json) + Array("\n\n".utf8))
    }
}
