/// Reads requests from a connection, within limits.
///
/// A head that is too large or too slow is refused before it is complete. A body is read only when the route that takes
/// it is known.
final class RequestReader {
    private let channel: any ByteChannel
    private let limits: ServerLimits
    /// What was read and not used.
    private var pending: [UInt8] = []

    init(_ channel: any ByteChannel, _ limits: ServerLimits) { (self.channel, self.limits) = (channel, limits) }

    /// The head of the next request; nil if the connection ends before it.
    ///
    /// - Throws: ``Refusal``: 400, 408, 431.
    func nextHead() async throws -> RequestHead? {
        if pending.isEmpty {
            let (channel, limits) = (channel, limits)
            guard let first = try? await within(limits.idle, { try await channel.read(atMost: 8192) }) else {
                return nil
            }
            pending = first
        }
        let (channel, limits, start) = (channel, limits, pending)
        do {
            let (head, rest) = try await within(limits.head) {
                var bytes = start
                var searched = 0
                while true {
                    if let end = Self.endOfHead(bytes, from: searched) {
                        return (Array(bytes[..<end.head]), Array(bytes[end.rest...]))
                    }
                    searched = max(bytes.count - 3, 0)
                    guard bytes.count <= limits.headBytes else { throw Self.headTooLarge(limits) }
                    bytes += try await channel.read(atMost: 8192)
                }
            }
            guard head.count <= limits.headBytes else { throw Self.headTooLarge(limits) }
            pending = rest
            return try RequestHead(parsing: head)
        } catch is TimeLimitReached {
            throw Refusal(.timeout, "slow", "The request did not arrive in time.")
        }
    }

    /// The body of a request.
    ///
    /// - Parameter limit: the most bytes that it may have.
    /// - Throws: ``Refusal``: 400, 408, 413.
    func body(of head: RequestHead, limit: Int) async throws -> [UInt8] {
        let (channel, start) = (channel, pending)
        let (body, rest): ([UInt8], [UInt8])
        do {
            switch head.body {
            case .length(let count):
                guard count <= limit else { throw Self.bodyTooLarge(limit) }
                (body, rest) = try await within(limits.bodyTime(count)) {
                    var bytes = start
                    while bytes.count < count {
                        bytes += try await channel.read(atMost: min(count - bytes.count, 1 << 18))
                    }
                    return (Array(bytes[..<count]), Array(bytes[count...]))
                }
            case .chunked:
                (body, rest) = try await within(limits.bodyTime(limit)) {
                    var chunks = ChunkedBody(start)
                    while try !chunks.take(limit: limit) { chunks.add(try await channel.read(atMost: 1 << 16)) }
                    return (chunks.body, chunks.rest)
                }
            }
        } catch is TimeLimitReached {
            throw Refusal(.timeout, "slow", "The body of the request did not arrive in time.")
        }
        pending = rest
        return body
    }

    static func bodyTooLarge(_ limit: Int) -> Refusal {
        Refusal(.tooLarge, "too-large", "The body is too large: at most \(limit >> 20) MB are taken here.")
    }

    private static func headTooLarge(_ limits: ServerLimits) -> Refusal {
        Refusal(
            .headTooLarge, "head-too-large", "The head of the request is too large: at most \(limits.headBytes) bytes.")
    }

    /// Where an empty line ends the head.
    private static func endOfHead(_ bytes: [UInt8], from start: Int) -> (head: Int, rest: Int)? {
        let newline = UInt8(ascii: "\n")
        var index = start
        while index < bytes.count {
            guard let place = bytes[index...].firstIndex(of: newline) else { return nil }
            let next = place + 1
            let rest = next < bytes.count && bytes[next] == UInt8(ascii: "\r") ? next + 1 : next
            if rest < bytes.count, bytes[rest] == newline {
                return (place > 0 && bytes[place - 1] == UInt8(ascii: "\r") ? place - 1 : place, rest + 1)
            }
            index = next
        }
        return nil
    }
}

/// A body in chunks (RFC 9112, section 7.1). Trailers are ignored.
struct ChunkedBody {
    /// The chunks so far.
    private(set) var body: [UInt8] = []
    private var bytes: [UInt8]
    private var place = 0
    /// Bytes of the current chunk that have not come, with its end of line.
    private var missing = 0
    private var isLast = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// What follows the body.
    var rest: [UInt8] { Array(bytes[place...]) }

    mutating func add(_ more: [UInt8]) {
        bytes.removeFirst(place)
        place = 0
        bytes += more
    }

    /// Takes what is there.
    ///
    /// - Returns: whether the body is complete.
    mutating func take(limit: Int) throws(Refusal) -> Bool {
        while true {
            if missing > 2 {
                let count = min(missing - 2, bytes.count - place)
                guard body.count + count <= limit else { throw RequestReader.bodyTooLarge(limit) }
                body += bytes[place..<place + count]
                place += count
                missing -= count
                guard missing == 2 else { return false }
            }
            if missing == 2 {
                guard bytes.count - place >= 2 else { return false }
                guard bytes[place] == 13, bytes[place + 1] == 10 else { throw Self.malformed }
                place += 2
                missing = 0
            }
            guard let end = bytes[place...].firstIndex(of: 10) else {
                guard bytes.count - place <= 4096 else { throw Self.malformed }
                return false
            }
            var line = bytes[place..<end]
            if line.last == 13 { line.removeLast() }
            place = end + 1
            if isLast {
                if line.isEmpty { return true }
                continue
            }
            let digits = line.prefix { hexDigit($0) != nil }
            guard !digits.isEmpty, digits.count <= 8, digits.count == line.count || line[digits.endIndex] == 59 else {
                throw Self.malformed
            }
            let count = digits.reduce(0) { $0 << 4 | Int(hexDigit($1) ?? 0) }
            if count == 0 { isLast = true } else { missing = count + 2 }
        }
    }

    private static let malformed = Refusal(
        .badRequest, "malformed", "The body cannot be understood: its chunks are not as RFC 9112 says.")
}
