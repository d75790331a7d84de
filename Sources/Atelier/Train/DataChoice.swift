import Foundation
import ImageData

/// Which images a generator or a classifier learns from.
package struct DataChoice: Codable, Equatable {
    package var path: String
    package var classes: [String]?
    package var limit: Int?
    package var limitPerClass: Int?
    package var fit: Fit?

    package init(path: String, classes: [String]? = nil, limit: Int? = nil, fit: Fit? = nil) {
        self.path = absolutePath(path)
        self.classes = classes
        self.limit = limit
        self.fit = fit
    }

    /// Whether the same part of the images is meant, wherever they lie.
    func hasSelection(of other: DataChoice) -> Bool {
        classes == other.classes && limit == other.limit && limitPerClass == other.limitPerClass && fit == other.fit
    }

    func open(_ split: DatasetSplit = .train) throws -> any ImageDataset {
        try DatasetReader.open(
            path,
            options: DatasetOptions(split: split, classes: classes, limit: limit, limitPerClass: limitPerClass))
    }

    /// The test images, if the dataset has a test part.
    func openTest() throws -> (any ImageDataset)? { try DatasetReader.openTest(path, classes: classes) }
}

/// A path that means the same in any working folder.
func absolutePath(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}
