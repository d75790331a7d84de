/// One way into the program for bytes that anyone may have made: a name, and what is done with an input.
///
/// An input may be refused, never more. A trap, a sanitizer's report, a hang, and a ``Finding`` are defects.
package struct FuzzTarget: Sendable {
    /// A result that contradicts what is promised.
    package struct Finding: Error, CustomStringConvertible {
        /// The contradiction.
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    /// The name of the target, of the folder of its corpus, and of its dictionary.
    package let name: String
    /// Takes one input; throws a ``Finding``.
    package let take: @Sendable ([UInt8]) throws -> Void

    package init(_ name: String, take: @escaping @Sendable ([UInt8]) throws -> Void) {
        (self.name, self.take) = (name, take)
    }

    /// All targets. A new one is a file with a value like the others, its name here, and a folder in `Corpus`.
    package static let all: [FuzzTarget] = [
        .png, .jpeg, .webp, .tiff, .gif, .bmp, .heif, .jxl, .animation, .metadata, .exif, .roundtrip, .gunzip, .inflate,
        .pickle, .safetensors, .ncnn, .onnx, .modelFolder,
    ]
}

/// Fails with a finding unless something promised holds.
package func expect(_ holds: Bool, _ words: @autoclosure () -> String) throws(FuzzTarget.Finding) {
    if !holds { throw FuzzTarget.Finding(words()) }
}
