import ArgumentParser
import ImageData

/// Hands that draw, as options name them: one of them, or `any`.
struct SketchHands: ExpressibleByArgument {
    /// One hand, or all of them.
    let techniques: [SketchStyle.Technique]
    /// Whether all hands are meant.
    let isAny: Bool

    private static let any = "any"

    init?(argument: String) {
        isAny = argument == Self.any
        guard let one = isAny ? SketchStyle.Technique.allCases : SketchStyle.Technique(rawValue: argument).map({ [$0] })
        else { return nil }
        techniques = one
    }

    /// The names of the hands, as in help.
    static var names: String { SketchStyle.Technique.allCases.map(\.rawValue).joined(separator: ", ") }

    static var allValueStrings: [String] { SketchStyle.Technique.allCases.map(\.rawValue) + [any] }
}

extension [SketchHands] {
    /// The hands in the order in which they were named; one that is named twice draws twice as often.
    var techniques: [SketchStyle.Technique] { flatMap(\.techniques) }

    /// Whether all hands are asked for at once.
    var includeAll: Bool { contains(where: \.isAny) }
}

extension SketchStyle.Technique: ExpressibleByArgument {}
