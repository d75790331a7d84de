import CMemory

/// How much memory the process may still take: the tightest of its own limit and those of its control groups, less a
/// margin for small things.
package struct MemoryRoom: Sendable, Equatable {
    private let room: memory_room

    /// Now.
    package static var now: MemoryRoom { MemoryRoom(room: memory_room_now()) }

    /// What the control groups in a file like `/proc/self/cgroup` leave, mounted in a folder like `/sys/fs/cgroup`.
    package init(groups: String, mount: String) { room = memory_room_of_groups(groups, mount) }

    private init(room: memory_room) { self.room = room }

    /// The bytes that are left; nil if there is no limit.
    package var bytes: Int? { room.available == .max ? nil : Int(room.available) }

    /// Refuses what does not fit.
    ///
    /// - Throws: ``OutOfMemory``.
    package func check(_ wanted: Int) throws(OutOfMemory) {
        guard let bytes, wanted > bytes else { return }
        var refusal = room
        refusal.wanted = UInt64(max(wanted, 0))
        throw OutOfMemory(refusal)
    }

    package static func == (a: MemoryRoom, b: MemoryRoom) -> Bool {
        a.room.available == b.room.available && a.room.limit == b.room.limit && a.room.kind == b.room.kind
    }
}
