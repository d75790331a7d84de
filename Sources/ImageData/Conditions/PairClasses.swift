import Files

/// The classes of pairs, by the folders that hold them.
package struct PairClasses: Sendable, Equatable {
    /// The names of the folders in the order of their labels.
    package let names: [String]

    /// The most classes that a translator takes: each is a plane of its input.
    package static let limit = 256

    /// - Throws: ``PairError/noClasses(path:file:)`` if a pair lies in no folder of its class,
    ///   ``PairError/tooManyClasses(path:count:)``.
    package init(of dataset: any PairDataset) throws(PairError) {
        var found: Set<String> = []
        for index in 0..<dataset.count {
            guard let name = dataset.className(index) else {
                throw .noClasses(path: dataset.path, file: dataset.name(index))
            }
            found.insert(name)
        }
        guard found.count > 1 else { throw .noClasses(path: dataset.path, file: dataset.name(0)) }
        guard found.count <= Self.limit else { throw .tooManyClasses(path: dataset.path, count: found.count) }
        names = found.sorted(by: naturallyPrecedes)
    }
}
