import Files
import Foundation
import ImageData
import Models

/// What a labeled set of generated images was made of: `augmentation.json` in its folder. It lets an interrupted run go
/// on, and says later which images are generated.
struct AugmentationManifest: Codable, Equatable {
    /// One class of the set.
    struct ClassEntry: Codable, Equatable {
        /// The name in the dataset.
        var name: String
        /// The name that the model knows it by.
        var modelClass: String
        /// The folder of its images.
        var folder: String
        /// How many real images are beside the generated ones.
        var real: Int
    }

    /// The file's name.
    static let fileName = "augmentation.json"

    /// The version of this file's format.
    var format = 1
    /// The program that wrote it.
    var software = Software.description
    /// The name of the model.
    var model: String
    /// A hash of its weights.
    var weights: String
    /// The first seed; the others follow, the same for every class.
    var firstSeed: UInt64
    /// Generated images of each class.
    var perClass: Int
    /// The limit of noise; nil for none.
    var truncation: Double?
    /// The arithmetic of the network.
    var precision: String
    /// The real images, by the last part of their path.
    var data: String
    /// What they are.
    var dataRecord: DataRecord
    /// Whether they are in the set, too.
    var includesReal: Bool
    /// The classes in the order of the dataset's labels.
    var classes: [ClassEntry]
    /// Whether all images have been written.
    var isComplete = false

    /// What a folder holds; nil if it is empty or does not exist.
    ///
    /// - Throws: ``RequestError`` when it holds anything else.
    static func read(in folder: String) throws -> AugmentationManifest? {
        let path = joined(folder, fileName)
        guard FileStatus(path) != nil else {
            let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            guard entries.isEmpty else {
                throw RequestError("\(folder) holds other files already: choose an empty folder, or a new one.")
            }
            return nil
        }
        do {
            let bytes = try InputFile(path).readAll(limit: 1 << 26)
            return try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw RequestError("\(path) is damaged (\(error.inWords)): choose another folder.")
        }
    }

    /// Writes the file atomically.
    ///
    /// - Throws: `FileWriteError`.
    func write(in folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(try encoder.encode(self), to: joined(folder, Self.fileName))
    }

    /// What differs from a set that is there already, so that it cannot become this one; nil if it can. More images of
    /// each class may be added, and real ones.
    func conflict(with old: AugmentationManifest) -> String? {
        func differ<Value: Equatable>(_ name: String, _ value: (AugmentationManifest) -> Value) -> String? {
            value(self) == value(old) ? nil : "\(name) \(value(old)), not \(value(self))"
        }
        let differences = [
            differ("format", \.format), differ("the model", \.model), differ("the first seed", \.firstSeed),
            weights == old.weights ? nil : "other weights of the model",
            truncation == old.truncation ? nil : "another truncation", differ("the precision", \.precision),
            dataRecord == old.dataRecord ? nil : "other real images",
            perClass < old.perClass ? "\(old.perClass) images of each class, not \(perClass)" : nil,
            old.includesReal && !includesReal ? "real images, too" : nil,
        ]
        return differences.compactMap { $0 }.first
    }
}
