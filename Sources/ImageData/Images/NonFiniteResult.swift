import TensorCore

/// The result of a model holds NaN or infinity, so it is no image.
public struct NonFiniteResult: Error, Sendable, Hashable, CustomStringConvertible {
    /// The image whose result it is; empty if the surroundings name it.
    public let image: String

    package init(of image: String = "") { self.image = image }

    /// The image, and what to do.
    public var description: String {
        (image.isEmpty ? "" : image + ": ")
            + "the model's result is not finite (NaN or infinity); its weights may be damaged, so try another file of "
            + "them, or another image"
    }
}

extension Tensor {
    /// The same tensor.
    ///
    /// - Parameter image: the name of the image whose result it is.
    /// - Throws: ``NonFiniteResult`` if any value is NaN or infinite.
    package func checkedFinite(of image: @autoclosure () -> String = "") throws(NonFiniteResult) -> Tensor {
        guard isFinite else { throw NonFiniteResult(of: image()) }
        return self
    }
}
