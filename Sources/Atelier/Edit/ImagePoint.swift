import ImageData
import ImageFiles
import Memory
import Models
import TensorCore

/// What an image is made from, where ways lead from one to the next: a style, or a latent vector with shares of classes.
package protocol ImagePoint: Sendable {
    /// Where it comes from, for the images' provenance.
    var origin: String { get }

    /// The point at a share of the way to another one, from 0 to 1.
    func between(_ other: Self, at share: Double) -> Self
}

extension ImagePoint {
    /// Points on the way from one to the next, as many between each two; those given are among them.
    ///
    /// - Parameters:
    ///   - frames: how many in all, at least as many as there are points.
    ///   - isLoop: whether the way leads back to the first point, which is not repeated.
    package static func way(through points: [Self], frames: Int, isLoop: Bool) -> [Self] {
        guard points.count > 1, frames > 1 else { return Array(points.prefix(1)) }
        let legs = isLoop ? points.count : points.count - 1
        return (0..<frames).map { frame in
            let place = Double(frame) * Double(legs) / Double(isLoop ? frames : frames - 1)
            let leg = min(Int(place), legs - 1)
            let share = place - Double(leg)
            let (from, to) = (points[leg], points[(leg + 1) % points.count])
            guard share > 1e-9 else { return from }
            return share < 1 - 1e-9 ? from.between(to, at: share) : to
        }
    }
}

/// A generator whose images follow from points that can be mixed.
package protocol PointEditor: AnyObject {
    associatedtype Point: ImagePoint

    /// What the model is called.
    var model: String { get }

    /// A point that is named: by a seed (`7`), a seed and a class (`7@rose`), or a file of `edit`.
    ///
    /// - Parameter truncation: ψ, the share of the way from the average style; 1 where there are no styles.
    /// - Throws: ``EditError``, `SafetensorsError`.
    func point(named name: String, truncation: Double) throws -> Point

    /// A point between two others.
    ///
    /// - Parameter layers: the layers that come from the first; nil where there are none, and for the usual ones.
    /// - Throws: ``EditError`` if there are no such layers.
    func mixed(_ first: Point, _ second: Point, layers: ClosedRange<Int>?) throws(EditError) -> Point

    /// Images `[N, C, H, W]` in [−1, 1]; colors are not multiplied by alpha.
    func made(_ points: [Point]) -> Tensor
}

extension PointEditor {
    /// Images of points.
    ///
    /// - Parameter provenance: whether each image says which model made it, and from what.
    /// - Throws: `NonFiniteResult` if an image has no finite values; `OutOfMemory`; `CancellationError`.
    package func rendered(_ points: [Point], provenance: Bool) throws -> [Image] {
        var images: [Image] = []
        for start in stride(from: 0, to: points.count, by: 16) {
            if Task.isCancelled { throw CancellationError() }
            let batch = Array(points[start..<min(start + 16, points.count)])
            images += try MemoryJob.run {
                let made = made(batch)
                try MemoryJob.check()
                let content = try made.rowMajor.checkedFinite(of: batch[0].origin)
                return zip(batch, Image.images(of: content)).map { point, image in
                    var image = image
                    if provenance { image.metadata = Provenance(model: model, seed: point.origin).metadata }
                    return image
                }
            }
        }
        return images
    }
}

/// A seed, perhaps with a class, as `7` and `7@rose` name it.
struct NamedSeed {
    let seed: UInt64
    let className: String?

    init(seed: UInt64, className: String?) { (self.seed, self.className) = (seed, className) }

    /// Nil for a name that does not begin with a number.
    init?(_ name: String) {
        let parts = name.split(separator: "@", maxSplits: 1).map(String.init)
        guard let seed = parts.first.flatMap({ UInt64($0) }) else { return nil }
        (self.seed, className) = (seed, parts.count > 1 ? parts[1] : nil)
    }
}

extension ClassNames {
    /// The label of a class that is named, for a model with classes; nil for one without.
    ///
    /// - Throws: ``EditError/className(_:)``.
    func label(ofNamed name: String?, model: String) throws(EditError) -> Int? {
        guard !names.isEmpty else {
            if let name { throw .className("\(model) has no classes, so there is none called “\(name)”.") }
            return nil
        }
        guard let name else { throw .className("\(model) has classes; name one: 7@\(names[0]).") }
        do { return try label(of: name) } catch { throw .className("\(error)") }
    }
}
