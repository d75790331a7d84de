/// What answers requests.
package protocol RequestHandler: Sendable {
    /// Looks at a head before its body is read.
    ///
    /// - Returns: the most bytes that the body may have.
    /// - Throws: ``Refusal``.
    func admit(_ head: RequestHead) throws(Refusal) -> Int
    /// Answers a request. The task is canceled if nobody waits any longer.
    func answer(_ request: Request) async -> Response
}

/// A connection: one request after the other, until either side ends it.
struct Connection: Sendable {
    private let channel: any ByteChannel
    private let handler: any RequestHandler
    private let limits: ServerLimits
    private let budget: ByteBudget

    init(_ channel: any ByteChannel, _ handler: any RequestHandler, _ limits: ServerLimits, _ budget: ByteBudget) {
        (self.channel, self.handler, self.limits, self.budget) = (channel, handler, limits, budget)
    }

    func serve() async {
        let reader = RequestReader(channel, limits)
        do {
            while let head = try await reader.nextHead() {
                let limit = try handler.admit(head)
                if head.fields["expect"]?.lowercased() == "100-continue" {
                    try await channel.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
                }
                let response = try await answer(to: head, reader, limit: limit)
                try await send(response, keepsAlive: head.keepsAlive, withBody: head.method != "HEAD")
                if !head.keepsAlive { return }
            }
        } catch let refusal as Refusal {
            // What follows in the connection may be the rest of a body, so it ends here.
            await refuse(refusal)
        } catch {}
    }

    private func answer(to head: RequestHead, _ reader: RequestReader, limit: Int) async throws -> Response {
        let share = try budget.take(min(head.bodyBytes ?? limit, limit))
        let request = Request(head, body: try await reader.body(of: head, limit: limit), share: share)
        return await whileSomebodyWaits { [handler] in await handler.answer(request) }
    }

    /// Sends a refusal as the last answer, and reads what still comes: a client that is sending sees the answer only
    /// when it has done, and otherwise a broken connection.
    func refuse(_ refusal: Refusal) async {
        let (channel, limits) = (channel, limits)
        try? await send(refusal.response, keepsAlive: false, withBody: true)
        channel.endWriting()
        try? await within(limits.refusedSending) {
            while true { _ = try await within(limits.refusedPause) { try await channel.read(atMost: 1 << 16) } }
        }
    }

    /// Runs a closure, whose task is canceled when the client goes.
    private func whileSomebodyWaits<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
        let channel = channel
        let work = Task { await body() }
        let watch = Task { if try await channel.waitForEnd() { work.cancel() } }
        let value = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
        // Nothing may wait for a connection that is closed.
        watch.cancel()
        _ = await watch.result
        return value
    }

    private func send(_ response: Response, keepsAlive: Bool, withBody: Bool) async throws {
        let head = response.head(keepsAlive: keepsAlive)
        switch response.body {
        case .bytes(let bytes):
            let all = withBody ? head + bytes : head
            for start in stride(from: 0, to: all.count, by: 1 << 18) {
                try await write(Array(all[start..<min(start + 1 << 18, all.count)]))
            }
        case .stream(let body):
            try await write(head)
            guard withBody else { return }
            let sink = ChunkSink { try await write($0) }
            let ended: (any Error)? = await whileSomebodyWaits {
                do { try await body(sink) } catch { return error }
                return nil
            }
            if let ended { throw ended }
            try await write(Array("0\r\n\r\n".utf8))
        }
    }

    private func write(_ bytes: [UInt8]) async throws {
        let channel = channel
        try await within(limits.write) { try await channel.write(bytes) }
    }
}

/// Sends bytes as chunks.
private struct ChunkSink: ResponseSink {
    let write: @Sendable ([UInt8]) async throws -> Void

    func send(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await write(Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + [13, 10])
    }
}
