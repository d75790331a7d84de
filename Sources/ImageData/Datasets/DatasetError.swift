/// Why a dataset could not be opened or used.
public enum DatasetError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The path does not exist or may not be read.
    case unreadable(path: String, reason: String)
    /// The folder has no known layout.
    case unknownLayout(path: String, found: String, advice: [String])
    /// The requested part is missing.
    case missingSplit(path: String, split: DatasetSplit, found: String)
    /// A file contradicts its format or the files beside it.
    case corrupt(file: String, reason: String)
    /// There are no usable images.
    case empty(path: String, reason: String)
    /// All photos are smaller than the crops to learn from; crops of `fitting` pixels would fit the largest photo, or none
    /// if that is 0.
    case photosTooSmall(path: String, crop: Int, shortest: Int, fitting: Int)
    /// The requested class does not exist.
    case unknownClass(path: String, name: String, known: [String])

    /// The reason; for an unknown layout, also what was found and what was expected.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .corrupt(let file, let reason): "\(file): corrupt: \(reason)"
        case .empty(let path, let reason): "\(path): no images: \(reason)"
        case .photosTooSmall(let path, let crop, let shortest, let fitting):
            "\(path): all photos are smaller than a crop of \(crop) pixels; the largest has \(shortest) on its shorter "
                + "side" + (fitting > 0 ? ", so crops of \(fitting) would fit" : "")
        case .unknownLayout(let path, let found, let advice): Self.layoutHelp(path, found, advice)
        case .missingSplit(let path, let split, let found):
            """
            \(path): it has no \(split.rawValue) split.
            Found:
            \(found)
            Expected: \(split == .test
                ? "t10k-images-idx3-ubyte[.gz], test_batch.bin, or a folder test/"
                : "train-images-idx3-ubyte[.gz], data_batch_1.bin, or a folder train/")
            """
        case .unknownClass(let path, let name, let known):
            "\(path): there is no class \"\(name)\"; "
                + (known.isEmpty
                    ? "the images have no classes" : "the classes are: " + known.joined(separator: ", "))
        }
    }

    private static func layoutHelp(_ path: String, _ found: String, _ advice: [String]) -> String {
        let hints = advice.map { "Hint: \($0)\n" }.joined()
        return """
            \(path): this is not a dataset that Atelier can read.
            Found:
            \(found)
            \(hints)Expected one of these:
              class folders    \(path)/cats/001.jpg  \(path)/dogs/001.png  …
              with a test part \(path)/train/cats/001.jpg  \(path)/test/cats/900.jpg  …
              no classes       \(path)/001.png  \(path)/002.jpg  …
              MNIST family     \(path)/train-images-idx3-ubyte[.gz]  \(path)/train-labels-idx1-ubyte[.gz]
              CIFAR-10 binary  \(path)/data_batch_1.bin … data_batch_5.bin  \(path)/batches.meta.txt
              list of labels   \(path)/labels.csv (file,label) or StyleGAN's \(path)/dataset.json, and the images
              zip archive      any of the first three, or a list of labels, in \(path).zip
            """
    }
}
