import FlyingSocks
import Foundation

/// The two directions of a connection.
package protocol ByteChannel: Sendable {
    /// The next bytes, at least one.
    ///
    /// - Throws: when there are no more, and when the task is canceled.
    func read(atMost count: Int) async throws -> [UInt8]
    /// Sends all bytes.
    func write(_ bytes: [UInt8]) async throws
    /// Tells the other side that nothing more is sent.
    func endWriting()
    /// Returns when the other side has gone, or sends something.
    func waitForEnd() async throws -> Bool
}

/// A connection over a socket.
struct SocketChannel: ByteChannel {
    private let socket: AsyncSocket
    private let pool: any AsyncSocketPool

    init(_ socket: AsyncSocket, _ pool: any AsyncSocketPool) { (self.socket, self.pool) = (socket, pool) }

    func read(atMost count: Int) async throws -> [UInt8] {
        while true {
            try Task.checkCancellation()
            // `AsyncSocket` would read at most 4096 bytes at a time.
            do { return try socket.socket.read(atMost: count) } catch SocketError.blocked {
                try await pool.suspendSocket(socket.socket, untilReadyFor: .read)
            }
        }
    }

    func write(_ bytes: [UInt8]) async throws { try await socket.write(Data(bytes)) }

    func endWriting() { shutdown(socket.socket.file.rawValue, Int32(SHUT_WR)) }

    func waitForEnd() async throws -> Bool {
        while true {
            try await pool.suspendSocket(socket.socket, untilReadyFor: .read)
            var byte: UInt8 = 0
            let count = recv(socket.socket.file.rawValue, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
            if count == 0 { return true }
            if count > 0 { return false }
            if errno != EAGAIN, errno != EINTR { return true }
        }
    }
}
