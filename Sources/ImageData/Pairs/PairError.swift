import Foundation
import TensorCore

/// Why a dataset of pairs could not be opened or used; says what to change.
public enum PairError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder has no known layout of pairs.
    case unknownLayout(path: String, found: String, advice: [String])
    /// One side of twin folders is empty.
    case emptySide(path: String, other: String, count: Int)
    /// No image has a partner.
    case nothingMatches(a: String, b: String, examples: [String])
    /// A side-by-side image that cannot be split into halves.
    case notTwoHalves(file: String, width: Int, height: Int)
    /// Most images are not wider than high, so their halves would be slivers.
    case singleImages(file: String, width: Int, height: Int)
    /// The requested part is missing.
    case missingSplit(path: String, split: PairSplit, found: String)
    /// The two images of a pair have different proportions.
    case differentShapes(a: String, b: String, sizes: [ImageSize])
    /// The folder does not hold images of two kinds.
    case noTwoSides(path: String, found: String)
    /// The crop is larger than the loaded image.
    case cropTooLarge(crop: Int, load: Int)
    /// Images would need upscaling for the crop.
    case imagesTooSmall(size: ImageSize, crop: Int)
    /// A pair lies in no folder of its class, or there is only one class.
    case noClasses(path: String, file: String)
    /// There are more folders than a translator takes classes.
    case tooManyClasses(path: String, count: Int)

    /// The reason and what to do.
    public var description: String {
        switch self {
        case .emptySide(let path, let other, let count):
            "\(path): there are no images here, but \(count) in \(other): put the partner of each image here, "
                + "under the same name"
        case .nothingMatches(let a, let b, let examples):
            "\(a) and \(b): no image in one folder has the name of an image in the other "
                + "(\(examples.joined(separator: ", "))): give both images of a pair the same name"
        case .notTwoHalves(let file, let width, let height):
            "\(file): \(width)×\(height) is not two images side by side"
                + (width == 3 * height
                    ? ": it looks like three: keep the two that you want to train on; if it holds two, add --layout "
                        + "side-by-side"
                    : ": the width must be even, with A in the left half and B in the right; of images with A above B "
                        + "(--layout stacked) the height")
        case .singleImages(let file, let width, let height):
            "\(file): \(width)×\(height) is one image, not two side by side: to train on photos alone, add "
                + "--sketch lines; if it holds a pair, say how: --layout side-by-side (A left, B right) or --layout "
                + "stacked (A above B)"
        case .missingSplit(let path, let split, let found):
            "\(path): it has no \(split.rawValue) split.\nFound:\n\(found)\nExpected: a folder "
                + "\(split.rawValue)/, or \(split.rawValue)A/ and \(split.rawValue)B/"
        case .differentShapes(let a, let b, let sizes):
            "\(a) and \(b): \(sizes.map(\.description).joined(separator: " and ")) have different proportions: "
                + "both images of a pair must show the same frame"
        case .noTwoSides(let path, let found):
            """
            \(path): these are not images of two kinds.
            Found:
            \(found)
            Expected: trainA/ and trainB/ (and testA/, testB/), or A/ and B/, with any number of images in each
            """
        case .cropTooLarge(let crop, let load):
            "images are loaded at \(load) pixels, so crops of \(crop) pixels do not fit: "
                + "use --crop-size \(load) or --load-size \(crop + crop / 8)"
        case .imagesTooSmall(let size, let crop):
            "the images are about \(size), so crops of \(crop) pixels do not fit: use "
                + "--crop-size \(1 << max(Int(saturating: log2(Double(min(size.width, size.height, crop)))), 3)), or have them "
                + "upscaled with --load-size \(crop + crop / 8)"
        case .noClasses(let path, let file):
            "\(path): \(file) lies in no folder of its class, or in the only one: put the images of each class into a folder "
                + "of their own (photos for --sketch, or the same folders in A/ and B/), or leave out --classes"
        case .tooManyClasses(let path, let count):
            "\(path): its images lie in \(count) folders, and a translator takes at most \(PairClasses.limit) classes"
        case .unknownLayout(let path, let found, let advice):
            """
            \(path): these are not pairs that Atelier can read.
            Found:
            \(found)
            \(advice.map { "Hint: \($0)\n" }.joined())Expected one of these:
              side by side     \(path)/train/001.jpg with A in the left half and B in the right, also val/ and test/
              stacked          the same with A in the upper half and B in the lower
              twin folders     \(path)/A/001.png and \(path)/B/001.png, or trainA/ and trainB/, testA/ and testB/
              photos only      any folder of photos with --sketch HAND: the inputs are drawn from them
            """
        }
    }
}
