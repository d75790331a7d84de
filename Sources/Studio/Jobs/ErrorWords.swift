import Atelier
import Foundation
import Memory

extension Refusal {
    /// What an error of the library means for a request.
    package init(of error: any Error) {
        switch error {
        case let refusal as Refusal: self = refusal
        case is CancellationError: self.init(.conflict, "canceled", "The job was canceled.")
        case let error as ImageError: self.init(image: error)
        case let error as ModelError:
            self = error.isAboutTheRequest ? .impossible("\(error)") : Refusal(.failed, "model", "\(error)")
        case GenerationError.batchTooLarge: self.init(.insufficientStorage, "memory", "\(error)", retryAfter: 30)
        case TranslationLimit.hints, is UpscalingLimit: self = .invalid("\(error)")
        case is GenerationError, is EditError, is RequestError, is TranslationLimit: self = .impossible("\(error)")
        case let error as OutOfMemory:
            self.init(.insufficientStorage, "memory", "Memory does not suffice: \(error).", retryAfter: 30)
        default: self.init(.failed, "failed", "\(error)")
        }
    }

    private init(image error: ImageError) {
        switch error {
        case .tooLarge: self.init(.tooLarge, "too-large", "\(error)")
        case .outOfMemory: self.init(.insufficientStorage, "memory", "\(error)", retryAfter: 30)
        case .notAnImage, .unsupported, .notFetched: self.init(.unsupportedType, "not-an-image", "\(error)")
        case .truncated, .corrupt: self.init(.unprocessable, "damaged", "\(error)")
        case .unreadable, .notWritable: self.init(.failed, "failed", "\(error)")
        }
    }
}
