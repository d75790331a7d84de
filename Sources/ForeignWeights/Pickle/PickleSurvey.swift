import Files

/// What the pickle of a file asks for, also of one that is refused. Nothing of it is executed, and no tensor is read.
package struct PickleSurvey: Sendable {
    /// In the order of the file.
    package let names: [PickledName]
    /// Where and why reading stopped; nil if it reached the end.
    package let end: String?

    /// - Returns: nil for a file without a pickle.
    /// - Throws: ``ForeignWeightsError`` if the file cannot be read.
    package init?(path: String, limits: ForeignWeightsLimits = .init()) throws(ForeignWeightsError) {
        do {
            guard let inputs = try Self.inputs(ByteSource(path: path), limits) else { return nil }
            var (names, end): ([PickledName], String?) = ([], nil)
            var position: Int?
            for input in inputs {
                var reader = PickleReader(
                    input.starting(at: position), limit: limits.pickleOperations, keepsBytes: inputs.count == 1,
                    surveys: true)
                do { _ = try reader.read() } catch { end = "\(ForeignWeightsError(error, path: path))" }
                names += reader.heap.names.filter { name in !names.contains { $0.name == name.name } }
                position = reader.end
                if end != nil { break }
            }
            (self.names, self.end) = (names, end)
        } catch {
            throw ForeignWeightsError(error, path: path)
        }
    }

    /// The pickles that say what the file holds, in order.
    private static func inputs(_ source: ByteSource, _ limits: ForeignWeightsLimits) throws -> [PickleInput]? {
        let start = try source.bytes(at: 0, upTo: LegacyStorages.magic.count)
        if start.starts(with: [0x50, 0x4B, 3, 4]) {
            let archive = try ZipArchive(source, limits: limits.archive)
            guard let storages = try? ArchivedStorages(archive) else { return nil }
            let bytes = try archive.contents(of: storages.pickle, limit: limits.descriptionBytes)
            return [PickleInput(ByteSource(bytes), part: storages.pickle.name)]
        }
        if start.starts(with: LegacyStorages.magic) {
            let end = min(source.size, limits.descriptionBytes)
            return [PickleInput](repeating: PickleInput(source, in: start.count..<end), count: 4)
        }
        guard start.count > 1, start[0] == 0x80, (2...5).contains(start[1]) else { return nil }
        return [PickleInput(source)]
    }
}
