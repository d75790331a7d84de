import ImageFiles

/// What went wrong with an image, and what to do about it.
enum ErrorWords {
    /// The words, with the file's name in them.
    static func of(_ error: any Error, file: String) -> String {
        guard let error = error as? ImageError else {
            let words = "\(error)"
            return words.contains(file) ? words : "\(file): \(words)"
        }
        return advice(for: error).map { "\(error); \($0)" } ?? "\(error)"
    }

    private static func advice(for error: ImageError) -> String? {
        switch error {
        case .notAnImage: "take it out, or save it as PNG or JPEG"
        case .truncated: "copy it here again, or take what is there with --allow-partial"
        case .corrupt: "copy it here again, or repair it by saving it anew"
        case .unsupported: "convert it to an ordinary PNG or JPEG"
        case .tooLarge: "cut it into parts, or raise --max-megapixels"
        case .unreadable: "make it readable for you"
        case .notWritable: "make room and see that you may write there, then go on with --skip-existing"
        }
    }
}
