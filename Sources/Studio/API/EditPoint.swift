import Atelier
import Models

/// What an image is made from: a seed, something between two others, or something moved along directions.
package indirect enum EditPoint: Decodable, Sendable, Equatable {
    case seed(UInt64, className: String?)
    case between(EditPoint, EditPoint, at: Double)
    case moved(EditPoint, along: [Double])

    private enum Keys: String, CodingKey {
        case seed, between, at, moved, along
        case className = "class"
    }

    /// Any member of an object.
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        guard decoder.codingPath.count <= 24 else {
            throw Refusal.invalid("A point is made of too many others.")
        }
        let values = try decoder.container(keyedBy: Keys.self)
        let names = try decoder.container(keyedBy: Name.self).allKeys.map(\.stringValue)
        func only(_ keys: Keys...) throws {
            if let other = names.first(where: { name in !keys.contains { $0.rawValue == name } }) {
                throw Refusal.invalid(
                    "“\(other)” does not belong there: a point has seed (and class), between and at, or moved and along."
                )
            }
        }
        if let ends = try values.decodeIfPresent([EditPoint].self, forKey: .between) {
            try only(.between, .at)
            let share = try values.decode(Double.self, forKey: .at)
            guard ends.count == 2, (-1...2).contains(share) else {
                throw Refusal.invalid("“between” needs two points, and “at” a number from -1 to 2.")
            }
            self = .between(ends[0], ends[1], at: share)
        } else if let point = try values.decodeIfPresent(EditPoint.self, forKey: .moved) {
            try only(.moved, .along)
            let steps = try values.decode([Double].self, forKey: .along)
            guard steps.count <= 16, steps.allSatisfy({ (-20...20).contains($0) }) else {
                throw Refusal.invalid("“along” needs at most 16 numbers from -20 to 20.")
            }
            self = .moved(point, along: steps)
        } else {
            try only(.seed, .className)
            self = .seed(
                try Studio.checked(seed: values.decode(UInt64.self, forKey: .seed)),
                className: try values.decodeIfPresent(String.self, forKey: .className))
        }
    }

    /// How many points it is made of, itself among them.
    package var count: Int {
        switch self {
        case .seed: 1
        case .between(let first, let second, _): 1 + first.count + second.count
        case .moved(let point, _): 1 + point.count
        }
    }
}

/// A generator that makes images of points.
package protocol PointPainter: AnyObject {
    /// - Throws: `EditError`, `NonFiniteResult`, `OutOfMemory`.
    func image(_ point: EditPoint) throws -> Image
}

/// Points of a generator without styles.
package final class BlendPainter: PointPainter {
    private let mixer: ClassMixer

    /// - Throws: `ModelError`.
    package init(_ model: Model, truncation: Double?) throws {
        mixer = try ClassMixer(blending: model, truncation: truncation)
    }

    package func image(_ point: EditPoint) throws -> Image { try mixer.images([try blend(point)])[0] }

    private func blend(_ point: EditPoint) throws -> ClassBlend {
        switch point {
        case .seed(let seed, let className): try mixer.blend(seed: seed, class: className)
        case .between(let first, let second, let share): try blend(first).between(blend(second), at: share)
        case .moved: throw EditError.noStyles(model: mixer.model)
        }
    }
}

/// Points of a generator with styles.
package final class StylePainter: PointPainter {
    private let editor: StyleEditor
    private let truncation: Double
    private let directions: (StyleEditor) throws -> StyleDirections

    /// The directions that sliders move along.
    package static let directionCount = 8

    /// - Parameter directions: gives the model's directions when they are needed; finding them takes seconds.
    /// - Throws: `ModelError`, `EditError.noStyles`.
    package init(
        _ model: Model, truncation: Double?, directions: @escaping (StyleEditor) throws -> StyleDirections
    ) throws {
        (editor, self.truncation, self.directions) = (try StyleEditor(model), truncation ?? 1, directions)
    }

    package func image(_ point: EditPoint) throws -> Image { try editor.images([try style(point)])[0] }

    private func style(_ point: EditPoint) throws -> Style {
        switch point {
        case .seed(let seed, let className):
            return try editor.style(seed: seed, className: className, truncation: truncation)
        case .between(let first, let second, let share): return try style(first).between(style(second), at: share)
        case .moved(let point, let steps):
            let known = try directions(editor)
            return try steps.enumerated().reduce(style(point)) { style, step in
                step.element == 0
                    ? style : try style.moved(along: known, number: step.offset + 1, by: step.element)
            }
        }
    }
}
