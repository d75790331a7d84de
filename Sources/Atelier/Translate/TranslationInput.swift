import ImageData
import ImageFiles
import Models
import TensorCore

/// Color hints for a translator that takes them.
public enum HintChoice: Sendable {
    /// The saturated strokes of the drawing, if it has gray lines, too.
    case drawing
    /// Colors where an image is opaque; it has the proportions of the drawing.
    case image(Image)
    /// None; strokes of any color are lines.
    case none
}

/// A drawing with what is said about its colors.
struct TranslationInput {
    var drawing: Image
    /// RGBA, of the size of the drawing; nil for no hints.
    var hints: Image?

    /// - Parameter takesHints: whether the translator does.
    /// - Throws: ``TranslationLimit/hints(_:_:_:_:)`` for hints of other proportions.
    init(_ image: Image, _ options: TranslationOptions, takesHints: Bool) throws(TranslationLimit) {
        drawing = image
        if takesHints {
            switch options.hints {
            case .drawing:
                if let (lines, strokes) = ColorHints.separated(from: image) { (drawing, hints) = (lines, strokes) }
            case .image(let dabs):
                guard abs(dabs.width * image.height - dabs.height * image.width) <= max(image.width, image.height)
                else {
                    throw .hints(dabs.width, dabs.height, image.width, image.height)
                }
                hints = dabs.converted(channels: 4).converted8().resized(
                    width: image.width, height: image.height, filter: .bicubic)
            case .none: break
            }
        }
        if options.removesPaper { drawing = drawing.withoutPaper() }
    }

    /// Both images resized.
    func resized(width: Int, height: Int, channels: Int, wrapping: Wrapping) -> TranslationInput {
        var small = self
        small.drawing = drawing.converted(channels: channels)
            .resized(width: width, height: height, filter: .bicubic, wrapping: wrapping)
        small.hints = hints?.resized(width: width, height: height, filter: .bicubic, wrapping: wrapping)
        return small
    }
}

extension TranslationOptions {
    /// The label of the class that is asked for; nil for none.
    ///
    /// - Throws: ``TranslationLimit`` for a class or hints that the model does not know.
    func label(
        among classNames: [String], of model: String, takesHints: Bool
    ) throws(TranslationLimit) -> Int? {
        if case .image = hints, !takesHints { throw .noHints(model: model) }
        guard let className else { return nil }
        guard !classNames.isEmpty else { throw .noClasses(model: model) }
        do { return try ClassNames(classNames).label(of: className) } catch { throw .unknownClass("\(error)") }
    }
}
