import ImageData

/// Which photos an upscaler learns from.
package struct PhotoChoice: Codable, Equatable {
    package var paths: [String]
    package var smallPaths: [String]
    package var heldPath: String?

    package init(paths: [String], smallPaths: [String] = [], heldPath: String? = nil) {
        self.paths = paths.map(absolutePath)
        self.smallPaths = smallPaths.map(absolutePath)
        self.heldPath = heldPath.map(absolutePath)
    }

    /// The photos to learn from and those to measure with.
    func open(_ frame: CropFrame) throws -> (training: PhotoSet, held: PhotoSet?) {
        let all = try PhotoSet(paths, smallPaths: smallPaths, scale: frame.scale, leastSide: frame.cropSize)
        guard let heldPath else { return all.holdingOut() }
        return (all, try PhotoSet([heldPath], scale: frame.scale, leastSide: 8 * frame.scale))
    }
}
