import Foundation
import Synchronization
import Testing

@testable import Studio

@Suite struct ConnectionTests {
    /// Answers with the length of the body.
    private struct Echo: RequestHandler {
        func admit(_ head: RequestHead) throws(Refusal) -> Int {
            if head.target.path == ["refused"] { throw Refusal(.forbidden, "no", "No.") }
            return 1000
        }

        func answer(_ request: Request) async -> Response {
            if request.head.target.path == ["stream"] {
                return EventStream.response { $0.send("a", [1, 2]) }
            }
            return .json(["length": request.body.count])
        }
    }

    /// What the server sends when it gets some parts.
    private func answer(_ parts: [String], limits: ServerLimits = ServerLimits(), budget: Int = 1 << 20) async -> String
    {
        let channel = ScriptedChannel(parts.map { Array($0.utf8) })
        await Connection(channel, Echo(), limits, ByteBudget(budget)).serve()
        return String(decoding: channel.sent, as: UTF8.self)
    }

    private func statuses(_ answer: String) -> [Int] {
        answer.components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap { Int($0.prefix(3)) }
    }

    @Test func requestsFollowEachOther() async {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
        let answer = await answer([head + "hello" + head, "wo", "rld"])
        #expect(statuses(answer) == [200, 200])
        #expect(answer.hasSuffix("\r\n\r\n{\"length\":5}"))
        #expect(answer.contains("Content-Security-Policy: default-src 'none'"))
    }

    @Test func aHeadMayComeByteByByte() async {
        #expect(statuses(await answer("GET / HTTP/1.1\r\nHost: a\r\n\r\n".map(String.init))) == [200])
    }

    @Test func chunksAreJoined() async {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let answer = await answer([head, "3\r\nabc\r", "\n2;x=y\r\nde\r\n0\r\nTrailer: a\r\n", "\r\n"])
        #expect(answer.hasSuffix("{\"length\":5}"))
        #expect(statuses(await self.answer([head, "zz\r\n"])) == [400])
        #expect(statuses(await self.answer([head, "3\r\nabcd\r\n"])) == [400])
        #expect(statuses(await self.answer([head, "7d0\r\n" + String(repeating: "a", count: 2000)])) == [413])
        #expect(statuses(await self.answer([head, "fffffffff\r\n"])) == [400])
    }

    @Test func whatIsTooLargeIsRefusedBeforeItIsRead() async {
        let answer = await answer(["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n"])
        #expect(statuses(answer) == [413])
        #expect(answer.contains("Connection: close"))
        let long = "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "a", count: 20_000)
        #expect(statuses(await self.answer([long])) == [431])
        #expect(statuses(await self.answer([long + "\r\n\r\n"])) == [431])
    }

    @Test func aRefusalEndsTheConnection() async {
        let post = "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
        #expect(statuses(await answer([post + "GET / HTTP/1.1\r\nHost: a\r\n\r\n"])) == [403])
        #expect(statuses(await answer(["nonsense\r\n\r\n"])) == [400])
    }

    @Test func bodiesShareWhatMayBeHeld() async {
        let answer = await answer(["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n"], budget: 100)
        #expect(statuses(answer) == [503])
        #expect(answer.contains("Retry-After: 2"))
    }

    @Test func slowHeadsAndBodiesAreGivenUp() async {
        var limits = ServerLimits()
        (limits.head, limits.body, limits.idle) = (.milliseconds(30), .milliseconds(30), .milliseconds(30))
        #expect(statuses(await answer(["GET / HT", "..."], limits: limits)) == [408])
        #expect(
            statuses(await answer(["POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", "..."], limits: limits))
                == [408])
        #expect(await answer(["..."], limits: limits) == "")
    }

    @Test func streamsAreSentInChunks() async {
        let answer = await answer(["GET /stream HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"])
        #expect(answer.contains("Transfer-Encoding: chunked"))
        #expect(answer.hasSuffix("16\r\nevent: a\ndata: [1,2]\n\n\r\n0\r\n\r\n"))
    }

    @Test func aHeadRequestGetsNoBody() async {
        let answer = await answer(["HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"])
        #expect(answer.hasSuffix("\r\n\r\n"))
        #expect(answer.contains("Content-Length: 12"))
    }
}

/// A connection that brings parts one after the other, then ends. After a part `...`, nothing comes any more.
private final class ScriptedChannel: ByteChannel {
    private let parts: Mutex<[[UInt8]]>
    private let written = Mutex<[UInt8]>([])

    init(_ parts: [[UInt8]]) { self.parts = Mutex(parts) }

    var sent: [UInt8] { written.withLock { $0 } }

    func read(atMost count: Int) async throws -> [UInt8] {
        try Task.checkCancellation()
        let part = parts.withLock { parts -> [UInt8]? in
            guard let first = parts.first, first != Array("...".utf8) else { return parts.first }
            parts.removeFirst()
            if first.count > count { parts.insert(Array(first[count...]), at: 0) }
            return Array(first.prefix(count))
        }
        guard let part else { throw End() }
        if part == Array("...".utf8) { try await Task.sleep(for: .seconds(60)) }
        return part
    }

    func write(_ bytes: [UInt8]) async throws { written.withLock { $0 += bytes } }

    func endWriting() {}

    func waitForEnd() async throws -> Bool {
        try await Task.sleep(for: .seconds(60))
        return false
    }

    private struct End: Error {}
}
