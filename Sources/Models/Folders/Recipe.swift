import Foundation
import ImageFiles

/// All that an image was made from, as it is written in its XMP packet: enough to make it again.
///
/// Paths are written as they were named if they are relative; of absolute ones only the last part, which says nothing
/// about the machine.
package struct Recipe: Sendable, Equatable, Codable {
    /// A model, or one of a chain.
    package struct Model: Sendable, Equatable, Codable {
        /// The name of the model.
        package var name: String
        /// Where it was: a path, or the name of a folder among the models.
        package var place: String
        /// The SHA-256 of its weights' file.
        package var weights: String

        package init(name: String, place: String, weights: String) {
            (self.name, self.place, self.weights) = (name, place, weights)
        }
    }

    /// The image that was translated or upscaled.
    package struct Input: Sendable, Equatable, Codable {
        /// The file.
        package var place: String
        /// The SHA-256 of the file.
        package var hash: String

        package init(place: String, hash: String) { (self.place, self.hash) = (place, hash) }
    }

    /// `generate`, `translate` or `upscale`.
    package var task: String
    /// The program and its version.
    package var software: String
    /// In the order of work; a partner in denoising comes last.
    package var models: [Model]
    /// The settings that change pixels, by their names on the command line. What is left out was not given.
    package var settings: [String: String]
    /// Nil for generated images, and for images that came from memory.
    package var input: Input?
    /// The kind of processor with the library of convolutions, as a short hash: another one may round differently.
    package var machine: String

    package init(task: String, models: [Model], settings: [String: String], input: Input? = nil, machine: String) {
        (self.task, self.models, self.settings, self.input) = (task, models, settings, input)
        (software, self.machine) = (Software.description, machine)
    }

    /// The namespace of our properties in XMP.
    package static let space = "urn:atelier:provenance#"
    /// The property that holds a recipe as JSON.
    package static let property = "Recipe"

    /// The recipe in an XMP packet.
    ///
    /// - Throws: `DecodingError` for one that is damaged, or of a later version that says other things.
    package init?(xmp packet: String) throws {
        guard let text = XMPProperties.text(of: Self.property, in: Self.space, packet) else { return nil }
        self = try JSONDecoder().decode(Recipe.self, from: Data(text.utf8))
    }

    /// The attributes of an `rdf:Description` that hold it.
    var attributes: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(self) else { return "" }
        return "xmlns:atelier=\"\(Self.space)\" atelier:\(Self.property)=\""
            + XMPProperties.escaped(String(decoding: json, as: UTF8.self)) + "\""
    }

    /// A path as recipes name it.
    package static func place(of path: String) -> String {
        path.hasPrefix("/") ? path.split(separator: "/").last.map(String.init) ?? path : path
    }
}
