import FlyingSocks
import Foundation
import Synchronization

/// Listens for connections and serves them.
package final class StudioServer: Sendable {
    private let handler: any RequestHandler
    private let limits: ServerLimits
    private let socket: Socket
    private let pool: any AsyncSocketPool
    private let open = Atomic<Int>(0)
    private let budget: ByteBudget

    /// Where the server listens: the address as numbers.
    package let host: String
    /// The port; the one that the system chose if 0 was asked for.
    package let port: Int

    /// Begins to listen. Connections wait until ``run()``.
    ///
    /// - Parameters:
    ///   - host: an address of this machine as numbers, such as `127.0.0.1` or `::1`.
    ///   - port: the port; 0 for any that is free.
    ///   - handler: makes what answers, when address and port are known.
    /// - Throws: ``ListeningError``.
    package init(
        host: String, port: UInt16, limits: ServerLimits = ServerLimits(),
        handler: (_ host: String, _ port: Int) -> any RequestHandler
    ) throws(ListeningError) {
        self.limits = limits
        budget = ByteBudget(limits.heldBytes)
        do {
            pool = SocketPool(queue: try PollingQueue())
            socket = try Self.listening(host, port)
            switch try socket.sockname() {
            case .ip4(let host, let port), .ip6(let host, let port): (self.host, self.port) = (host, Int(port))
            case .unix: (self.host, self.port) = (host, Int(port))
            }
            self.handler = handler(self.host, self.port)
        } catch {
            throw ListeningError(host: host, port: Int(port), reason: Self.words(error))
        }
    }

    private static func listening(_ host: String, _ port: UInt16) throws -> Socket {
        if host.contains(":") {
            return try bound(to: .inet6(ip6: host, port: port) as sockaddr_in6, AF_INET6)
        }
        return try bound(to: .inet(ip4: host, port: port) as sockaddr_in, AF_INET)
    }

    private static func bound(to address: some SocketAddress, _ family: Int32) throws -> Socket {
        let socket = try Socket(domain: family)
        do {
            try socket.setValue(true, for: .localAddressReuse)
            try socket.bind(to: address)
            try socket.listen()
            return socket
        } catch {
            try? socket.close()
            throw error
        }
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case SocketError.failed(_, EADDRINUSE, _): "another program uses the port"
        case SocketError.failed(_, EACCES, _): "ports below 1024 need special rights"
        case SocketError.failed(_, EADDRNOTAVAIL, _): "this machine does not have the address"
        case SocketError.failed(_, let number, _): String(cString: strerror(number))
        default: "it is not an address like 127.0.0.1 or ::1"
        }
    }

    /// Serves connections until the task is canceled.
    package func run() async throws {
        let listener = try AsyncSocket(socket: socket, pool: pool)
        try await pool.prepare()
        defer { try? socket.close() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.pool.run() }
            group.addTask { try await self.accept(from: listener) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func accept(from listener: AsyncSocket) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                try Task.checkCancellation()
                let client: AsyncSocket
                do { client = try await listener.accept() } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    // A client that left, or no descriptor for another one: the others go on.
                    try await Task.sleep(for: .milliseconds(50))
                    continue
                }
                let isTooMany = open.add(1, ordering: .relaxed).newValue > limits.connections
                group.addTask {
                    await self.serve(client, isTooMany: isTooMany)
                    try? client.close()
                    self.open.subtract(1, ordering: .relaxed)
                }
            }
        }
    }

    private func serve(_ client: AsyncSocket, isTooMany: Bool) async {
        var on: Int32 = 1
        setsockopt(
            client.socket.file.rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        let channel = SocketChannel(client, pool)
        guard isTooMany else { return await Connection(channel, handler, limits, budget).serve() }
        var limits = limits
        limits.refusedSending = .seconds(1)
        await Connection(channel, handler, limits, budget).refuse(
            Refusal(.unavailable, "busy", "Too many connections are open. Try again in a few seconds.", retryAfter: 2))
    }
}

/// The server cannot listen.
package struct ListeningError: Error, Sendable, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let reason: String

    package var description: String {
        "Studio cannot listen at \(host), port \(port): \(reason). Choose another with --host and --port."
    }
}
