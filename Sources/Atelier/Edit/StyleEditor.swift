import Foundation
import ImageData
import ImageFiles
import Layers
import Models
import TensorCore

/// A styled generator for editing: its images are made from styles that can be mixed, moved and found.
///
///     let editor = try StyleEditor(Model.load("faces"))
///     let (one, other) = (try editor.style(seed: 1), try editor.style(seed: 2))
///     let images = try editor.images([one, one.taking(0...3, from: other)])
public final class StyleEditor {
    /// What the model is called.
    public let model: String
    /// The number of layers, each with a style of its own.
    public var layerCount: Int { generator.styleCount }
    let generator: any StyledGenerator
    let image: ImageShape
    private let classes: ClassNames
    private let planned: PlannedNetwork

    /// - Throws: `ModelError` if the model makes no images, ``EditError/noStyles(model:)`` if they have no styles.
    public init(_ model: Model) throws {
        self.model = model.name
        let network: any LatentGenerator = try model.built(for: .generate)
        guard let generator = network as? any StyledGenerator, let image = model.facts.image else {
            throw EditError.noStyles(model: model.name)
        }
        (self.generator, self.image) = (generator, image)
        classes = ClassNames(model.classNames)
        planned = PlannedNetwork(of: generator) { generator.images(ofStyles: $0[0], .inference) }
    }

    /// The style of a seed: that of the image that `generate` makes of it.
    ///
    /// - Parameters:
    ///   - className: the class, for a model with classes.
    ///   - truncation: ψ, the share of the way from the average style; 1 is the style itself.
    /// - Throws: ``EditError/className(_:)``.
    public func style(seed: UInt64, className: String? = nil, truncation: Double = 1) throws(EditError) -> Style {
        let label = try classes.label(ofNamed: className, model: model)
        let latents = SeededLatents.normal(
            seeds: [seed], size: generator.latentSize, from: generator.latentSource)
        let style = generator.styles(of: latents, classes: label.map { Tensor([Float($0)], shape: [1]) }, .inference)
        let average = generator.averageStyle
        let moved = style.scaled(by: Float(truncation)) + average.scaled(by: Float(1 - truncation))
        return Style(everywhere(moved), origin: "\(seed)" + (className.map { "@\($0)" } ?? ""))
    }

    /// A style that is named: by a seed (`7`), a seed and a class (`7@rose`), or a file of `edit`.
    ///
    /// - Throws: ``EditError``, `SafetensorsError`.
    public func style(named name: String, truncation: Double = 1) throws -> Style {
        if let named = NamedSeed(name) {
            return try style(seed: named.seed, className: named.className, truncation: truncation)
        }
        let style = try Style(contentsOf: name)
        let wanted = [1, generator.styleCount, generator.styleSize]
        guard style.values.shape.dimensions == wanted else {
            throw EditError.differentStyles(file: name, found: style.values.shape.dimensions, wanted: wanted)
        }
        return style
    }

    /// Images of styles.
    ///
    /// - Parameter provenance: whether each image says which model made it, and from what.
    /// - Throws: `NonFiniteResult` if an image has no finite values; `OutOfMemory`.
    public func images(_ styles: [Style], provenance: Bool = true) throws -> [Image] {
        try rendered(styles, provenance: provenance)
    }

    /// The same style for all layers, `[N, layers, size]`, of `[N, size]`.
    func everywhere(_ styles: Tensor) -> Tensor {
        let (count, size) = (styles.shape[0], styles.shape[1])
        return styles.reshaped(to: [count, 1, size]).broadcast(to: [count, generator.styleCount, size])
    }

    /// Styles `[count, size]` of the first seeds, with the classes in turn.
    func styles(_ count: Int) -> Tensor {
        let parts = stride(from: 0, to: count, by: 512).map { start in
            let seeds = (start..<min(start + 512, count)).map { UInt64($0) }
            let labels = classes.names.isEmpty ? nil : seeds.map { Float(Int($0) % classes.names.count) }
            return generator.styles(
                of: SeededLatents.normal(seeds: seeds, size: generator.latentSize, from: generator.latentSource),
                classes: labels.map { Tensor($0, shape: [seeds.count]) }, .inference)
        }
        return Tensor.concatenated(parts)
    }
}

extension StyleEditor: PointEditor {
    /// The same as ``style(named:truncation:)``.
    package func point(named name: String, truncation: Double) throws -> Style {
        try style(named: name, truncation: truncation)
    }

    /// Some layers of the first style, by default the coarser half, and the rest of the second.
    package func mixed(_ first: Style, _ second: Style, layers: ClosedRange<Int>?) throws(EditError) -> Style {
        let range = layers ?? 0...max(layerCount / 2 - 1, 0)
        guard range.lowerBound >= 0, range.upperBound < layerCount else { throw .layers(range, count: layerCount) }
        return second.taking(range, from: first)
    }

    package func made(_ points: [Style]) -> Tensor {
        image.content(of: planned([Tensor.concatenated(points.map(\.values))])).straightAlpha
    }
}
