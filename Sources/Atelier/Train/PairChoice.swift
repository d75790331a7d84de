import ImageData

/// Which images a translator learns from.
package struct PairChoice: Codable, Equatable {
    package var path: String
    package var direction: PairDirection
    package var sketched: Bool

    package init(path: String, direction: PairDirection = .aToB, sketched: Bool = false) {
        self.path = absolutePath(path)
        self.direction = direction
        self.sketched = sketched
    }

    func open(_ split: PairSplit = .train) throws -> any PairDataset {
        try PairReader.open(path, split: split, direction: direction, sketched: sketched)
    }

    /// Pairs that are not learned from, when the set keeps some apart; otherwise those that are.
    func openForShowing() throws -> any PairDataset {
        if let held = (try? open(.val)) ?? (try? open(.test)) { return held }
        return try open()
    }

    func openUnpaired(_ split: PairSplit = .train) throws -> UnpairedImages {
        try UnpairedImages(path, split: split, direction: direction)
    }

    /// Images that are not learned from, when the set keeps some apart; otherwise those that are.
    func openUnpairedForShowing() throws -> UnpairedImages {
        if let held = (try? openUnpaired(.val)) ?? (try? openUnpaired(.test)) { return held }
        return try openUnpaired()
    }
}
