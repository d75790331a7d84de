import CMemory

extension Array where Element: BitwiseCopyable {
    /// An array whose elements a closure writes. A Swift array ends the program where there is no memory for it, so
    /// a block of its size is taken before, and given back.
    ///
    /// - Throws: ``OutOfMemory``, and what the closure throws.
    package init(allocating count: Int, _ write: (UnsafeMutableBufferPointer<Element>) throws -> Void) throws {
        let bytes = count * MemoryLayout<Element>.stride
        memory_lock()
        guard memory_is_there(bytes + 64) else {
            memory_unlock()
            throw OutOfMemory.last
        }
        try self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
            memory_unlock()
            let room = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
            memory_populate(room.baseAddress, bytes)
            try write(room)
            initialized = count
        }
    }

    /// Makes room for so many elements.
    ///
    /// - Throws: ``OutOfMemory``.
    package mutating func reserve(_ count: Int) throws(OutOfMemory) {
        guard count > capacity else { return }
        memory_lock()
        defer { memory_unlock() }
        guard memory_is_there(count * MemoryLayout<Element>.stride + 64) else { throw OutOfMemory.last }
        reserveCapacity(count)
    }

    /// An array of one value.
    ///
    /// - Throws: ``OutOfMemory``.
    package init(allocating count: Int, repeating value: Element) throws {
        try self.init(allocating: count) { $0.initialize(repeating: value) }
    }
}
