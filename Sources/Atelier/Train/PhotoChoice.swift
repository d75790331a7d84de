import ImageData

/// The photos to train an upscaler on.
package struct PhotoChoice: Codable, Equatable {
    package var paths: [String]
    package var smallPaths: [String]
    package var heldPath: String?

    package init(paths: [String], smallPaths: [String] = [], heldPath: String? = nil) {
        self.paths = paths.map(absolutePath)
        self.smallPaths = smallPaths.map(absolutePath)
        self.heldPath = heldPath.map(absolutePath)
    }

    /// The photos to train on and the photos to measure.
    func open(_ frame: CropFrame) throws -> (training: PhotoSet, held: PhotoSet?) {
        let all = try PhotoSet(paths, smallPaths: smallPaths, scale: frame.scale, leastSide: frame.cropSize)
        guard let heldPath else { return all.holdingOut() }
        return (all, try PhotoSet([heldPath], scale: frame.scale, leastSide: 8 * frame.scale))
    }
}
