import ImageFiles

/// Messages that say what is wrong with an image and what to do.
enum ErrorWords {
    /// The message, including the name of the file.
    static func of(_ error: any Error, file: String) -> String {
        guard let error = error as? ImageError else {
            let words = "\(error)"
            return words.contains(file) ? words : "\(file): \(words)"
        }
        return advice(for: error).map { "\(error); \($0)" } ?? "\(error)"
    }

    private static func advice(for error: ImageError) -> String? {
        switch error {
        case .notAnImage: "remove it, or save it as PNG or JPEG"
        case .truncated: "copy it here again, or use what is there with --allow-partial"
        case .corrupt: "copy it here again, or repair it by saving it again"
        case .unsupported: "convert it to an ordinary PNG or JPEG"
        case .tooLarge: "cut it into parts, or raise --max-megapixels"
        case .outOfMemory: "cut it into parts, or give the program more memory"
        case .unreadable: "change its permissions so that you can read it"
        case .notWritable: "free some space and check the permissions of the folder, then continue with --skip-existing"
        }
    }
}
