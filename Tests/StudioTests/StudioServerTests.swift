import Foundation
import Testing

@testable import Studio

@Suite struct StudioServerTests {
    /// Answers a little later, so that somebody watches whether the client has gone.
    private struct Late: RequestHandler {
        func admit(_ head: RequestHead) throws(Refusal) -> Int {
            if head.target.path == ["refused"] { throw Refusal(.forbidden, "no", "No.") }
            return 1 << 20
        }

        func answer(_ request: Request) async -> Response {
            try? await Task.sleep(for: .milliseconds(1))
            return .json(["length": request.body.count])
        }
    }

    /// A server while a closure runs, whose limits are out of reach of a machine that is busy with other tests.
    private func served<Value: Sendable>(_ body: @escaping @Sendable (Int) async throws -> Value) async throws -> Value
    {
        let long = Duration.seconds(3600)
        var limits = ServerLimits()
        (limits.idle, limits.head, limits.body, limits.write) = (long, long, long, long)
        (limits.refusedSending, limits.refusedPause) = (long, long)
        let server = try StudioServer(host: "127.0.0.1", port: 0, limits: limits) { _, _ in Late() }
        let running = Task { try await server.run() }
        defer { running.cancel() }
        return try await body(server.port)
    }

    /// Sends a request over a connection of its own, and reads until the server ends it, on a thread that may wait.
    private static func ask(_ port: Int, _ request: [UInt8], closes: Bool = false) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: blockingAsk(port, request, closes: closes)) }
        }
    }

    private static func blockingAsk(_ port: Int, _ request: [UInt8], closes: Bool) -> String {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var patience = timeval(tv_sec: 1200, tv_usec: 0)
        setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), in_port_t(port).bigEndian)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return "not connected: \(errno)" }
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes {
                send(client, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return "not sent: \(errno)" }
            sent += count
        }
        if closes { return "" }
        var answer: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(client, &bytes, bytes.count, 0)
            if count < 0 { return "broken: \(errno)" }
            if count == 0 { return String(decoding: answer, as: UTF8.self) }
            answer += bytes[..<count]
        }
    }

    /// The numbers of closed sockets are given to new ones at once, and no client may wait because of an earlier one.
    @Test func everyoneOfManyShortConnectionsIsAnswered() async throws {
        let answers = try await served { port in
            let request = Array("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)
            return await withTaskGroup(of: [String].self) { group in
                for client in 0..<8 {
                    group.addTask {
                        var answers: [String] = []
                        for round in 0..<400 {
                            let goes = round % 3 == client % 3
                            let answer = await Self.ask(port, request, closes: goes)
                            if !goes { answers.append(answer) }
                        }
                        return answers
                    }
                }
                return await group.reduce([], +)
            }
        }
        let wrong = answers.filter { !$0.hasPrefix("HTTP/1.1 200 ") || !$0.hasSuffix("{\"length\":0}") }
        #expect(wrong.isEmpty)
        #expect(answers.count > 200)
    }

    /// A refusal comes before the body has been sent, and the client sees it although it goes on sending.
    @Test func aRefusalArrivesWhileTheClientSends() async throws {
        let size = 8 << 20
        let request =
            Array("POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n".utf8)
            + [UInt8](repeating: 65, count: size)
        let answer = try await served { port in await Self.ask(port, request) }
        #expect(answer.hasPrefix("HTTP/1.1 403 "))
    }
}
