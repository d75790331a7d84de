import Files
import Layers
import TensorCore

/// What an image of a styled generator is made from: one style for each layer, from the coarsest to the finest.
public struct Style: Sendable, ImagePoint {
    /// `[1, layers, size]`.
    let values: Tensor
    /// Where it comes from, for the images' provenance: a seed, or a file.
    public let origin: String

    init(_ values: Tensor, origin: String) { (self.values, self.origin) = (values.detached, origin) }

    /// Reads a file that ``write(to:)`` wrote.
    ///
    /// - Throws: `SafetensorsError`, ``EditError``.
    public init(contentsOf file: String) throws {
        guard let values = try Safetensors.read(file).tensors["style"], values.rank == 3, values.shape[0] == 1,
            values.count > 0
        else {
            throw EditError.noStyle(file: file, wanted: "style")
        }
        guard values.isFinite else { throw EditError.noStyle(file: file, wanted: "finite style") }
        self.init(values, origin: file)
    }

    /// Writes the style to a file of safetensors, completely or not at all.
    public func write(to file: String) throws {
        try Safetensors.write(["style": values], to: file, metadata: ["origin": origin])
    }

    /// The styles of some layers from another image, and the rest from this one (Karras et al. 2019, section 3.1).
    ///
    /// - Parameter layers: layers that exist.
    public func taking(_ layers: ClosedRange<Int>, from other: Style) -> Style {
        let (first, last) = (layers.lowerBound, layers.upperBound)
        let count = values.shape[1]
        func part(_ style: Style, _ from: Int, _ until: Int) -> [Tensor] {
            until > from ? [style.values.slice(axis: 1, from: from, count: until - from)] : []
        }
        let parts = part(self, 0, first) + part(other, first, last + 1) + part(self, last + 1, count)
        return Style(Tensor.concatenated(parts, axis: 1), origin: "\(origin) with \(other.origin)")
    }

    /// The style moved along a direction.
    ///
    /// - Parameters:
    ///   - strength: in standard deviations of styles along the direction.
    ///   - layers: layers that exist; nil for those of the directions.
    /// - Throws: ``EditError`` if there is no such direction or layer.
    public func moved(
        along directions: StyleDirections, number: Int, by strength: Double, layers: ClosedRange<Int>? = nil
    ) throws(EditError) -> Style {
        let count = values.shape[1]
        let step = try directions.step(number, styleSize: values.shape[2])
        let range = layers ?? directions.layers.map { $0.clamped(to: 0...(count - 1)) } ?? 0...(count - 1)
        guard range.lowerBound >= 0, range.upperBound < count else { throw .layers(range, count: count) }
        let all = values + step.scaled(by: Float(strength)).reshaped(to: [1, 1, step.shape[0]])
        let moved = Style(all, origin: "\(origin) \(strength < 0 ? "−" : "+")\(abs(strength)) × direction \(number)")
        let mixed = taking(range, from: moved)
        return Style(mixed.values, origin: moved.origin)
    }

    /// On a straight line.
    package func between(_ other: Style, at share: Double) -> Style {
        let mixed = values.scaled(by: Float(1 - share)) + other.values.scaled(by: Float(share))
        return Style(mixed, origin: "\(origin) to \(other.origin) at \(Float(share))")
    }

    /// Styles on straight lines from one to the next, as many between each two; those given are among them.
    ///
    /// - Parameters:
    ///   - frames: how many in all, at least as many as there are styles.
    ///   - isLoop: whether the path leads back to the first style, which is not repeated.
    public static func path(through styles: [Style], frames: Int, isLoop: Bool) -> [Style] {
        way(through: styles, frames: frames, isLoop: isLoop)
    }
}
