import Foundation
import ImageData

/// Which images a generator or a classifier learns from.
package struct DataChoice: Codable, Equatable {
    package var path: String
    package var classes: [String]?
    package var limit: Int?
    package var fit: Fit?

    package init(path: String, classes: [String]? = nil, limit: Int? = nil, fit: Fit? = nil) {
        self.path = absolutePath(path)
        self.classes = classes
        self.limit = limit
        self.fit = fit
    }

    func open(_ split: DatasetSplit = .train) throws -> any ImageDataset {
        try DatasetReader.open(path, options: DatasetOptions(split: split, classes: classes, limit: limit))
    }

    /// The test images, when the set keeps some apart.
    func openTest() -> (any ImageDataset)? {
        try? DatasetReader.open(path, options: DatasetOptions(split: .test, classes: classes))
    }
}

/// A path that means the same in any working folder.
func absolutePath(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}
