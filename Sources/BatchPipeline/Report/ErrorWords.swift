import Files
import ImageFiles

/// Messages that say what is wrong with an image and what to do.
enum ErrorWords {
    /// The message, including the name of the file.
    static func of(_ error: any Error, _ job: ImageJob, _ names: SettingNames) -> String {
        let words: String
        if let error = error as? ImageError {
            words = advice(for: error, job, names).map { "\(error); \($0)" } ?? "\(error)"
        } else {
            words = "\(error)".contains(job.input) ? "\(error)" : "\(job.input): \(error)"
        }
        guard job.name == "-" else { return words }
        return words.replacing(job.input, with: StandardStream.inputName)
    }

    private static func advice(for error: ImageError, _ job: ImageJob, _ names: SettingNames) -> String? {
        switch error {
        case .notFetched: nil
        case .notAnImage where job.name == "-": "a list of names is given with \(names.lists)"
        case .notAnImage: "remove it, or save it as PNG or JPEG"
        case .truncated: "copy it here again, or use what is there with \(names.allowPartial)"
        case .corrupt: "copy it here again, or repair it by saving it again"
        // A PDF and a raw file come with words of their own.
        case .unsupported: error.reason.contains(" first") ? nil : "convert it to an ordinary PNG or JPEG"
        case .tooLarge: "cut it into parts, or raise \(names.maxPixels)"
        case .outOfMemory: "cut it into parts, or give the program more memory"
        case .unreadable: "change its permissions so that you can read it"
        case .notWritable:
            "free some space and check the permissions of the folder, then continue with \(names.skipExisting)"
        }
    }
}
