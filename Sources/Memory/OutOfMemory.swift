import CMemory

/// Memory that was refused: the system had no more, or a limit would have been reached.
public struct OutOfMemory: Error, Sendable, Hashable, CustomStringConvertible {
    /// What refused it.
    public enum Limit: Sendable, Hashable {
        /// The system had no more.
        case machine
        /// The address space of the process (`ulimit -v`).
        case addressSpace
        /// The control group of the process, as containers and batch systems have them.
        case controlGroup
        /// A limit that the user chose.
        case setting(String)
        /// A test.
        case test
    }

    /// The bytes that were asked for.
    public let wanted: Int
    /// The bytes that were left; nil if unknown.
    public let available: Int?
    /// What refused them.
    public let limit: Limit
    /// The limit in bytes; nil if unknown.
    public let limitBytes: Int?

    /// A refusal by a limit that the user chose.
    package init(wanted: Int, setting: String, bytes: Int) {
        (self.wanted, available, limit, limitBytes) = (wanted, bytes, .setting(setting), bytes)
    }

    /// The last refusal.
    package static var last: OutOfMemory { OutOfMemory(memory_room_at_refusal()) }

    init(_ room: memory_room) {
        wanted = Int(clamping: room.wanted)
        switch room.kind {
        case MEMORY_OF_ADDRESS_SPACE: limit = .addressSpace
        case MEMORY_OF_CONTROL_GROUP: limit = .controlGroup
        case MEMORY_OF_TEST: limit = .test
        default: limit = .machine
        }
        let isKnown = room.limit != .max
        available = isKnown ? Int(room.available) : nil
        limitBytes = isKnown ? Int(room.limit) : nil
    }

    /// The lack of memory behind an error; nil if it has another cause.
    package static func cause(of error: any Error) -> OutOfMemory? {
        error as? OutOfMemory ?? (error as? any MemoryFailure)?.outOfMemory
    }

    /// What is needed, and what is left of which limit.
    public var description: String {
        let need = "\(Self.words(wanted)) of memory are needed"
        let left = "\(Self.words(available ?? 0)) are left"
        let whole = limitBytes.map { " of \(Self.words($0))" } ?? ""
        return switch limit {
        case .machine: "\(need), and the machine has no more"
        case .addressSpace: "\(need), and \(left)\(whole) that the process may use (ulimit -v)"
        case .controlGroup: "\(need), and \(left)\(whole) that its control group may use"
        case .setting(let name): "\(need), and \(name) allows\(whole.dropFirst(3))"
        case .test: "\(need), and a test refused them"
        }
    }

    /// An amount of memory for readers: `412 MB`.
    package static func words(_ bytes: Int) -> String {
        bytes < 10 << 20 ? "\((bytes + 1023) >> 10) KB" : "\((bytes + (1 << 20) - 1) >> 20) MB"
    }
}

/// An error that a lack of memory may be the cause of.
package protocol MemoryFailure: Error {
    /// That lack; nil if the cause is another.
    var outOfMemory: OutOfMemory? { get }
}
