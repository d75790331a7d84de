/// Why an image cannot be edited.
public enum EditError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The model's images do not follow from styles.
    case noStyles(model: String)
    /// A style, or directions, of another network.
    case differentStyles(file: String, found: [Int], wanted: [Int])
    /// A file holds no style, or no directions.
    case noStyle(file: String, wanted: String)
    /// A class is needed, or there is none of the name.
    case className(String)
    /// Layers that the model does not have.
    case layers(ClosedRange<Int>, count: Int)
    /// A direction that is not in the file.
    case direction(Int, count: Int)

    /// The reason in words.
    public var description: String {
        switch self {
        case .noStyles(let model):
            "\(model) has no styles to edit: this needs a generator of StyleGAN’s kind (train gan --arch stylegan2)."
        case .differentStyles(let file, let found, let wanted):
            "\(file) belongs to another model: its sizes are \(found), this model’s are \(wanted)."
        case .noStyle(let file, let wanted): "\(file) holds no \(wanted); “atelier edit” writes such files."
        case .className(let words): words
        case .layers(let asked, let count):
            "There are no layers \(asked.lowerBound)-\(asked.upperBound): this model has the layers 0-\(count - 1)."
        case .direction(let number, let count):
            "There is no direction \(number): the file has the directions 1-\(count)."
        }
    }
}
