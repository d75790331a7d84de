import FlyingSocks
import Foundation
import Synchronization

/// Says which sockets can be read from or written to.
///
/// The system is asked about all sockets that are waited for, each time anew. The queues of FlyingSocks keep what they
/// told the system before: when one task closes a socket while another one still waits for it, a later connection that
/// gets the same number is never woken.
final class PollingQueue: EventQueue, Sendable {
    private struct State {
        var waited: [Int32: Socket.Events] = [:]
        var isPolling = false
        var isStopped = false
    }

    private let state = Mutex(State())
    /// A byte in the pipe ends a poll whose sockets have changed.
    private let pipe: (read: Int32, write: Int32)

    init() throws {
        var ends: [Int32] = [0, 0]
        guard Foundation.pipe(&ends) == 0 else { throw SocketError.makeFailed("pipe") }
        pipe = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        Foundation.close(pipe.read)
        Foundation.close(pipe.write)
    }

    func open() {}

    func stop() { change { $0.isStopped = true } }

    func close() {}

    func addEvents(_ events: Socket.Events, for socket: Socket.FileDescriptor) {
        change { $0.waited[socket.rawValue, default: []].formUnion(events) }
    }

    func removeEvents(_ events: Socket.Events, for socket: Socket.FileDescriptor) {
        // A poll that goes on would hold the socket open after it is closed.
        change { state in
            state.waited[socket.rawValue]?.subtract(events)
            if state.waited[socket.rawValue]?.isEmpty == true { state.waited[socket.rawValue] = nil }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let isPolling = state.withLock { state in
            body(&state)
            return state.isPolling
        }
        var byte: UInt8 = 0
        if isPolling { _ = Foundation.write(pipe.write, &byte, 1) }
    }

    func getNotifications() throws -> [EventNotification] {
        var asked = try state.withLock { state in
            guard !state.isStopped else { throw SocketError.disconnected }
            state.isPolling = true
            return [pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)]
                + state.waited.map { pollfd(fd: $0, events: $1.pollEvents, revents: 0) }
        }
        let count = poll(&asked, nfds_t(asked.count), -1)
        let failure = errno
        state.withLock { $0.isPolling = false }
        guard count >= 0 || failure == EINTR else { throw SocketError.makeFailed("poll") }
        if asked[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            while Foundation.read(pipe.read, &bytes, bytes.count) == bytes.count {}
        }
        return count <= 0 ? [] : asked.dropFirst().compactMap(EventNotification.init)
    }
}

extension EventNotification {
    /// What the system says of a socket; nil if nothing has happened.
    fileprivate init?(_ answer: pollfd) {
        guard answer.revents != 0 else { return nil }
        let can = Socket.Events(pollEvents: answer.revents)
        // Of a connection that has ended, everything that was waited for ends.
        self.init(
            file: Socket.FileDescriptor(rawValue: answer.fd),
            events: can.isEmpty ? Socket.Events(pollEvents: answer.events) : can,
            errors: can.isEmpty ? [.endOfFile] : [])
    }
}

extension Socket.Events {
    fileprivate init(pollEvents: Int16) {
        self = []
        if pollEvents & Int16(POLLIN) != 0 { insert(.read) }
        if pollEvents & Int16(POLLOUT) != 0 { insert(.write) }
    }

    fileprivate var pollEvents: Int16 {
        (contains(.read) ? Int16(POLLIN) : 0) | (contains(.write) ? Int16(POLLOUT) : 0)
    }
}
