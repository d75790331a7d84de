import Memory
import TensorCore

/// Which images are made.
public struct GenerationOptions: Sendable {
    /// Where images come from.
    public enum Seeds: Sendable, Equatable {
        /// An image for each seed. The same seed always gives the same image, whatever else is generated with it.
        case list([UInt64])
        /// The way from the image of one seed to that of another, both ends included.
        case path(from: UInt64, to: UInt64, frames: Int)
        /// The way from seed to seed, with as many images from each to the next. A closed way goes on from the last seed
        /// to the first and ends one image before it, so that it can be repeated; an open one ends with the last seed.
        case tour([UInt64], framesEach: Int, closed: Bool)

        /// A number of seeds, one after the other.
        public static func count(_ count: Int, from first: UInt64 = 0) -> Seeds {
            .list((0..<UInt64(max(count, 0))).map { first &+ $0 })
        }
    }

    /// The seeds; eight unless it is said otherwise.
    public var seeds: Seeds
    /// The classes to make: names, as loosely as people write them, or numbers. Empty for models that know none.
    public var classes: [String]
    /// Whether every class is made that the model knows.
    public var allClasses = false
    /// The limit of noise: 0.5 for typical images, nil for variety. For generators with styles, how far styles stay from
    /// their average: 1 as they are, 0 for the average alone.
    public var truncation: Double?
    /// The axes along which images repeat without a seam; nil for those of the model.
    public var seamless: Wrapping?
    /// Images that are computed together; changes speed and memory only.
    public var batchSize = 64
    /// Whether images say that a model made them, by which, and from which seed.
    public var provenance = true
    /// The only image of a path or tour that is made, by its number; nil for all.
    var only: Int?
    /// The arithmetic that the network computes in.
    public var precision = Precision.float32

    /// What is not given has a default that suits most.
    public init(seeds: Seeds = .count(8), classes: [String] = []) {
        self.seeds = seeds
        self.classes = classes
    }
}

/// Why a model cannot make what is asked for.
public enum GenerationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Classes are asked for, and the model knows none.
    case noClasses(model: String)
    /// The model has to be told which of its classes to make.
    case classNeeded(known: [String])
    /// No class, or more than one, is meant by a name; the words say which there are.
    case unknownClass(String)
    /// Memory does not suffice for a batch of `batch` images. `fitting` is one for which it does; 0 if there is none.
    case batchTooLarge(batch: Int, fitting: Int, OutOfMemory)

    /// The reason in words.
    public var description: String {
        switch self {
        case .noClasses(let model): "\(model) knows no classes."
        case .classNeeded(let known): "Say which class to make. Known classes:\n" + GenerationError.list(known)
        case .unknownClass(let words): words
        case .batchTooLarge(let batch, let fitting, let cause):
            fitting == 0
                ? "Memory does not suffice for an image: \(cause)."
                : "Memory does not suffice for \(batch) images together: \(cause). A batch of \(fitting) fits."
        }
    }

    package static func list(_ classes: [String]) -> String {
        classes.enumerated().map { "  \($0.offset)  \($0.element)" }.joined(separator: "\n")
    }
}
