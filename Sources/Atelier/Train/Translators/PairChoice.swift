import ImageData

/// The images of a translator's run.
package struct PairChoice: Codable, Equatable {
    package var path: String
    package var direction: PairDirection
    /// The layout, if it was said; nil finds out.
    package var layout: PairLayout?
    package var sketched: Bool

    package init(
        path: String, direction: PairDirection = .aToB, layout: PairLayout? = nil, sketched: Bool = false
    ) {
        self.path = absolutePath(path)
        self.direction = direction
        self.layout = layout
        self.sketched = sketched
    }

    func open(_ split: PairSplit = .train) throws -> any PairDataset {
        try PairReader.open(path, split: split, direction: direction, layout: layout, sketched: sketched)
    }

    /// The pairs to show: held-out pairs if the dataset has any, otherwise training pairs.
    func openForShowing() throws -> any PairDataset {
        if let held = (try? open(.val)) ?? (try? open(.test)) { return held }
        return try open()
    }

    func openUnpaired(_ split: PairSplit = .train) throws -> UnpairedImages {
        try UnpairedImages(path, split: split, direction: direction)
    }

    /// The images to show: held-out images if the dataset has any, otherwise training images.
    func openUnpairedForShowing() throws -> UnpairedImages {
        if let held = (try? openUnpaired(.val)) ?? (try? openUnpaired(.test)) { return held }
        return try openUnpaired()
    }
}
