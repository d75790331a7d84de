import Foundation
import Synchronization

/// A program that runs beside this one. Its output and its messages come here; its input, if it takes any, comes from
/// here. It ends at the latest when this object is released.
///
/// It runs in a process group of its own, so that Ctrl-C at the terminal reaches only the program that started it.
final class ChildProcess: Sendable {
    /// How a program ended.
    enum End: Equatable, CustomStringConvertible {
        case code(Int32)
        case signal(Int32)

        var isSuccess: Bool { self == .code(0) }

        var description: String {
            switch self {
            case .code(let code): "ended with code \(code)"
            case .signal(let number): "was ended by signal \(number)"
            }
        }
    }

    private struct State {
        var isInputOpen: Bool
        var end: End?
    }

    private let pid: pid_t
    private let input: Int32
    private let output: Int32
    private let tail: MessageTail
    private let state: Mutex<State>

    /// Starts a program. Its standard input is empty unless it takes some.
    ///
    /// - Throws: ``ProgramFailure`` when it cannot be started.
    init(_ path: String, _ arguments: [String], takesInput: Bool) throws {
        let own = try takesInput ? Self.ends() : (-1, -1)
        let out: (Int32, Int32), messages: (Int32, Int32)
        do {
            out = try Self.ends()
            do { messages = try Self.ends() } catch {
                Self.close(out.0, out.1)
                throw error
            }
        } catch {
            Self.close(own.0, own.1)
            throw error
        }
        defer { Self.close(own.1, out.1, messages.1) }
        do {
            pid = try Self.spawned(path, arguments, input: own.1, output: out.1, messages: messages.1)
        } catch {
            Self.close(own.0, out.0, messages.0)
            throw error
        }
        (input, output) = (own.0, out.0)
        tail = MessageTail(descriptor: messages.0)
        state = Mutex(State(isInputOpen: takesInput))
    }

    deinit {
        kill()
        _ = wait()
        closeInput()
        Self.close(output)
    }

    /// What the program said on its standard error: the beginning and the end of it.
    var messages: String { tail.text }

    /// Gives the program bytes on its standard input.
    ///
    /// - Throws: ``ProgramFailure`` when it takes no more.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = send(input, part.baseAddress, min(part.count, 1 << 24), Int32(MSG_NOSIGNAL))
            if count < 0 {
                if errno == EINTR { continue }
                let reason = systemError()
                throw ProgramFailure(tail.text.isEmpty ? "ffmpeg takes no more frames: \(reason)" : tail.text)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Tells the program that its input is over.
    func closeInput() {
        let wasOpen = state.withLock { state in
            defer { state.isInputOpen = false }
            return state.isInputOpen
        }
        if wasOpen { Self.close(input) }
    }

    /// The next bytes that the program writes; 0 after the last one.
    ///
    /// - Throws: ``ProgramFailure``.
    func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Foundation.read(output, target.baseAddress, target.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw ProgramFailure("what ffmpeg writes cannot be read: \(systemError())") }
        }
    }

    /// Ends the program at once.
    func kill() {
        state.withLock { if $0.end == nil { _ = Foundation.kill(pid, SIGKILL) } }
    }

    /// Waits until the program has ended. All that it wrote must have been read, or is not wanted.
    @discardableResult func wait() -> End {
        if let end = state.withLock({ $0.end }) { return end }
        // Only then its number is given back, under the lock: `kill` must not hit another process.
        var information = siginfo_t()
        while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        let end = state.withLock { state in
            if let end = state.end { return end }
            var status: Int32 = 0
            let isKnown = waitpid(pid, &status, 0) == pid
            let end: End = !isKnown ? .code(0) : status & 0x7F == 0 ? .code(status >> 8 & 0xFF) : .signal(status & 0x7F)
            state.end = end
            return end
        }
        tail.waitUntilComplete()
        return end
    }

    /// Two ends of a stream that other programs do not inherit. They are sockets, because a write to a pipe that nobody
    /// reads would raise a signal in the whole process.
    private static func ends() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw ProgramFailure("ffmpeg cannot be connected: \(systemError())")
        }
        return (ends[0], ends[1])
    }

    private static func close(_ descriptors: Int32...) {
        for descriptor in descriptors where descriptor >= 0 { Foundation.close(descriptor) }
    }

    private static func spawned(
        _ path: String, _ arguments: [String], input: Int32, output: Int32, messages: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if input >= 0 {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, messages, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var pid: pid_t = 0
        var failure = posix_spawn(&pid, path, &actions, &attributes, words, environ)
        // A program that was just written is open for writing in any process that is being started meanwhile.
        for _ in 0..<50 where failure == ETXTBSY {
            usleep(20_000)
            failure = posix_spawn(&pid, path, &actions, &attributes, words, environ)
        }
        guard failure == 0 else {
            throw ProgramFailure("\(path) cannot be started: \(String(cString: strerror(failure)))")
        }
        return pid
    }
}

/// The system's words for its last error.
private func systemError() -> String { String(cString: strerror(errno)) }

/// Reads the messages of a program on a thread, so that the program never waits for a reader. The beginning and the end
/// are kept.
private final class MessageTail: Sendable {
    private let kept = Mutex<(start: [UInt8], end: [UInt8])>(([], []))
    private let running = DispatchGroup()

    private static let most = 1500

    init(descriptor: Int32) {
        running.enter()
        Thread.detachNewThread { [self] in
            var block = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = Foundation.read(descriptor, &block, block.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                keep(block.prefix(count))
            }
            close(descriptor)
            running.leave()
        }
    }

    private func keep(_ bytes: ArraySlice<UInt8>) {
        kept.withLock { kept in
            let room = max(Self.most - kept.start.count, 0)
            kept.start += bytes.prefix(room)
            kept.end = Array((kept.end + bytes.dropFirst(room)).suffix(Self.most))
        }
    }

    func waitUntilComplete() { running.wait() }

    var text: String {
        let (start, end) = kept.withLock { $0 }
        let text = String(decoding: start, as: UTF8.self) + String(decoding: end, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}

/// Ends a program as soon as somebody asks for it, while its output is waited for.
final class CancellationWatch: Sendable {
    private let isOver = Atomic<Bool>(false)

    init(_ child: ChildProcess, _ isCanceled: @escaping @Sendable () -> Bool) {
        Thread.detachNewThread { [self] in
            while !isOver.load(ordering: .relaxed) {
                if isCanceled() { return child.kill() }
                usleep(50_000)
            }
        }
    }

    func end() { isOver.store(true, ordering: .relaxed) }
}
