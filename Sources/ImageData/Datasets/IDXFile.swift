import Files

/// An array of bytes in the format of MNIST: a magic number, the dimensions, the values.
struct IDXFile: Sendable {
    let path: String
    let extents: [Int]
    /// The whole file; values start at `offset`.
    let bytes: [UInt8]
    let offset: Int

    /// The largest expanded file that is accepted.
    private static let limit = 8 << 30

    /// - Parameter rank: how many dimensions the file must have.
    /// - Throws: ``DatasetError`` if the content contradicts the header, `FileReadError` if the file cannot be read.
    init(_ path: String, rank: Int) throws {
        var bytes = try InputFile(path).readAll(limit: Self.limit)
        if bytes.starts(with: [0x1F, 0x8B]) {
            do {
                bytes = try gunzip(bytes, limit: Self.limit)
            } catch {
                throw DatasetError.corrupt(file: path, reason: "\(error)")
            }
        }
        try self.init(bytes: bytes, path: path, rank: rank)
    }

    init(bytes: [UInt8], path: String, rank: Int) throws {
        func corrupt(_ reason: String) -> DatasetError { .corrupt(file: path, reason: reason) }
        guard bytes.count >= 4 else { throw corrupt("\(bytes.count) bytes are too few for an IDX file") }
        let magic = bytes[..<4].reduce(0) { $0 << 8 | Int($1) }
        guard bytes[0] == 0, bytes[1] == 0 else {
            throw corrupt("it does not start like an IDX file (magic number \(magic), expected \(0x800 + rank))")
        }
        guard bytes[2] == 8 else {
            throw corrupt("its values are of IDX type \(bytes[2]); only type 8, unsigned bytes, is read")
        }
        guard bytes[3] == rank else {
            let kind = rank == 3 ? "images have 3 (count, rows, columns)" : "labels have 1 (count)"
            throw corrupt("it has \(bytes[3]) extents, but \(kind); are images and labels mixed up?")
        }
        let offset = 4 + 4 * rank
        guard bytes.count >= offset else { throw corrupt("it ends within its header") }
        let extents = (0..<rank).map { axis in
            bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
        }
        var expected = 1
        for extent in extents {
            let (product, overflow) = expected.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw corrupt("its header claims \(extents) values") }
            expected = product
        }
        let found = bytes.count - offset
        guard found == expected else {
            let word = found < expected ? "truncated: " : ""
            throw corrupt(
                "\(word)its header promises \(extents.map(String.init).joined(separator: "×")) = \(expected) values, "
                    + "the file holds \(found)")
        }
        self.path = path
        self.extents = extents
        self.bytes = bytes
        self.offset = offset
    }
}
