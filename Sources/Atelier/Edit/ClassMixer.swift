import ImageData
import ImageFiles
import Models
import TensorCore

/// A latent vector and a share of each class, from which a class-conditional generator makes an image.
public struct ClassBlend: Sendable, ImagePoint {
    /// `[1, size]`.
    let latent: Tensor
    /// One for each class; they add up to 1.
    let shares: [Float]
    /// Where it comes from, for the images' provenance.
    public let origin: String

    /// Latent vectors lie on an arc from one to the other; shares change evenly.
    package func between(_ other: ClassBlend, at share: Double) -> ClassBlend {
        ClassBlend(
            latent: SeededLatents.spherical(from: latent, to: other.latent, at: [share]),
            shares: zip(shares, other.shares).map { $0 * Float(1 - share) + $1 * Float(share) },
            origin: "\(origin) to \(other.origin) at \(Float(share))")
    }

    /// Blends on the way from one to the next, as many between each two; those given are among them.
    ///
    /// - Parameters:
    ///   - frames: how many in all, at least as many as there are blends.
    ///   - isLoop: whether the way leads back to the first blend, which is not repeated.
    public static func path(through blends: [ClassBlend], frames: Int, isLoop: Bool) -> [ClassBlend] {
        way(through: blends, frames: frames, isLoop: isLoop)
    }
}

/// A class-conditional generator whose classes can be mixed: everything that it looks up for a class is the mean over
/// the classes, weighted by their shares.
///
///     let mixer = try ClassMixer(Model.load("fashion-cgan"))
///     let (bag, boot) = (try mixer.blend(seed: 7, className: "bag"), try mixer.blend(seed: 7, className: "ankle boot"))
///     let images = try mixer.images(ClassBlend.path(through: [bag, boot], frames: 24, isLoop: false))
public final class ClassMixer: PointEditor {
    /// What the model is called.
    public let model: String
    private let generator: Generator
    private let classes: ClassNames

    /// - Throws: `ModelError` if the model makes no images, ``EditError/noStyles(model:)`` if it has no classes to mix.
    public convenience init(_ model: Model) throws {
        if model.classNames.isEmpty, model.task == .generate { throw EditError.noStyles(model: model.name) }
        try self.init(blending: model)
    }

    /// Any generator, also one without classes: then blends are latent vectors alone.
    ///
    /// - Parameter truncation: how typical images are, as for `generate`.
    /// - Throws: `ModelError` if the model makes no images.
    package init(blending model: Model, truncation: Double? = nil) throws {
        self.model = model.name
        generator = try model.generator(truncation: truncation)
        classes = ClassNames(generator.classNames)
    }

    /// The blend of a seed and one class: that of the image that `generate` makes of them.
    ///
    /// - Throws: ``EditError/className(_:)``.
    public func blend(seed: UInt64, className: String) throws(EditError) -> ClassBlend {
        try blend(NamedSeed(seed: seed, className: className))
    }

    /// The blend of a seed, with a class for a generator that has any.
    ///
    /// - Throws: ``EditError/className(_:)``.
    package func blend(seed: UInt64, class name: String?) throws(EditError) -> ClassBlend {
        try blend(NamedSeed(seed: seed, className: name))
    }

    private func blend(_ named: NamedSeed) throws(EditError) -> ClassBlend {
        let label = try classes.label(ofNamed: named.className, model: model)
        return ClassBlend(
            latent: generator.latents(forSeeds: [named.seed]),
            shares: classes.names.indices.map { $0 == label ? 1 : 0 },
            origin: "\(named.seed)" + (named.className.map { "@\($0)" } ?? ""))
    }

    /// Images of blends.
    ///
    /// - Parameter provenance: whether each image says which model made it, and from what.
    /// - Throws: `NonFiniteResult` if an image has no finite values; `OutOfMemory`.
    public func images(_ blends: [ClassBlend], provenance: Bool = true) throws -> [Image] {
        try rendered(blends, provenance: provenance)
    }

    /// A blend that is named by a seed and a class: `7@rose`.
    package func point(named name: String, truncation: Double) throws -> ClassBlend {
        guard let named = NamedSeed(name), truncation == 1 else { throw EditError.noStyles(model: model) }
        return try blend(named)
    }

    /// Halfway between both.
    package func mixed(
        _ first: ClassBlend, _ second: ClassBlend, layers: ClosedRange<Int>?
    ) throws(EditError) -> ClassBlend {
        if layers != nil { throw .noStyles(model: model) }
        return first.between(second, at: 0.5)
    }

    package func made(_ points: [ClassBlend]) -> Tensor {
        let latents = Tensor.concatenated(points.map(\.latent))
        if classes.names.isEmpty { return generator.images(latents: latents, labels: nil) }
        return generator.images(
            latents: latents, shares: Tensor(points.flatMap(\.shares), shape: [points.count, classes.names.count]))
    }
}
