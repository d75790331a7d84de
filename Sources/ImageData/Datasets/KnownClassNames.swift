import Glibc

/// The class names of well-known datasets with numbered classes.
enum KnownClassNames {
    static let fashionMNIST = [
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ]

    static let cifar10 = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ]

    /// Names for the labels 0 ..< `count` of an IDX dataset, determined by its path; otherwise the numbers.
    static func idx(path: String, count: Int) -> [String] {
        var absolute = path
        if let resolved = realpath(path, nil) {
            absolute += String(cString: resolved)
            free(resolved)
        }
        if count <= fashionMNIST.count && looseName(absolute).contains("fashionmnist") { return fashionMNIST }
        return (0..<max(count, 10)).map(String.init)
    }

    /// The names in a text file, one on each line, without empty lines and surrounding spaces.
    static func parse(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline)
            .map { line in
                let front = line.drop(while: \.isWhitespace)
                let length = front.reversed().drop(while: \.isWhitespace).count
                return String(front.prefix(length))
            }
            .filter { !$0.isEmpty }
    }
}
