import Cluster

extension Communicator {
    /// Tells all ranks whether a part of the work has failed on one of them, so that none waits for it.
    ///
    /// - Returns: the part of this rank.
    /// - Throws: the failure of this rank, otherwise `ClusterError.refused` with those of the others.
    package func agree<Part>(on part: Result<Part, any Error>) throws -> Part {
        guard count > 1 else { return try part.get() }
        var own: (any Error)?
        if case .failure(let error) = part { own = error }
        let words = gather([UInt8]((own.map { "rank \(rank): \($0)" } ?? "").utf8))
            .map { String(decoding: $0, as: UTF8.self) }.filter { !$0.isEmpty }
        if own == nil, !words.isEmpty { throw ClusterError.refused(words) }
        return try part.get()
    }
}
