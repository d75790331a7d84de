import Atelier
import Files
import Foundation
import Models

extension Studio {
    /// Images of points between others.
    var editRoutes: [Route] {
        [
            Route("POST", "/api/edit", bodyLimit: 64 << 10) { [self] call in try await edited(call) },
            Route("POST", "/api/edit/loop", bodyLimit: 64 << 10) { [self] call in try await looped(call) },
        ]
    }

    private struct Order: Decodable, Sendable {
        var model: String
        var point: EditPoint
        var truncation: Double?
        /// The newest request of a session counts.
        var session: String?
    }

    private struct Loop: Decodable, Sendable {
        var model: String
        /// The way leads from one to the next, and back to the first.
        var points: [EditPoint]
        var frames: Int
        var truncation: Double?
        /// How long each image is shown.
        var milliseconds: Int?
    }

    private func edited(_ call: Call) async throws(Refusal) -> Response {
        let order: Order = try call.json()
        try check([order.point], order.truncation)
        _ = try shelf.folder(order.model)
        return try await quick.run(key: order.session.map { "edit " + $0 }, timeLimit: limits.quickSeconds) {
            [self] job in
            let painter = try painter(order.model, order.truncation)
            try job.checkCanceled()
            return try .png(painter.image(order.point))
        }
    }

    /// The way through some points and back as an animated PNG.
    private func looped(_ call: Call) async throws(Refusal) -> Response {
        let order: Loop = try call.json()
        guard (2...8).contains(order.points.count) else { throw .invalid("points must be 2 to 8.") }
        guard (8...240).contains(order.frames) else { throw .invalid("frames must be from 8 to 240.") }
        let milliseconds = order.milliseconds ?? 40
        guard (10...1000).contains(milliseconds) else { throw .invalid("milliseconds must be from 10 to 1000.") }
        try check(order.points, order.truncation)
        _ = try shelf.folder(order.model)
        return try await quick.run(timeLimit: limits.quickSeconds) { [self] job in
            let painter = try painter(order.model, order.truncation)
            let file = FileManager.default.temporaryDirectory.path + "/atelier-studio-\(job.id).png"
            defer { unlink(file) }
            let writer = try AnimatedPNGWriter(file, frames: order.frames, milliseconds: milliseconds)
            for frame in 0..<order.frames {
                try job.checkCanceled()
                try writer.add(painter.image(Self.point(order.points, at: Double(frame) / Double(order.frames))))
            }
            try writer.finish()
            return Response(type: "image/apng", body: .bytes(try InputFile(file, .regular).readAll(limit: 1 << 30)))
        }
    }

    /// The point at a share of the way through points and back to the first.
    static func point(_ points: [EditPoint], at share: Double) -> EditPoint {
        let place = share * Double(points.count)
        let leg = min(Int(place), points.count - 1)
        return .between(points[leg], points[(leg + 1) % points.count], at: place - Double(leg))
    }

    private func check(_ points: [EditPoint], _ truncation: Double?) throws(Refusal) {
        guard points.allSatisfy({ $0.count <= 64 }) else { throw .invalid("A point is made of at most 64 points.") }
        guard truncation.map({ (0...4).contains($0) }) ?? true else {
            throw .invalid("truncation must be from 0 to 4.")
        }
    }

    private func painter(_ name: String, _ truncation: Double?) throws -> any PointPainter {
        try shelf.built(name, for: "edit \(truncation.map { "\($0)" } ?? "")") { [shelf] model in
            do {
                let painter = try StylePainter(model, truncation: truncation) { editor in
                    // Truncation does not change them.
                    try shelf.built(name, for: "directions") { _ in
                        try editor.directions(.sefa, count: StylePainter.directionCount, samples: 512)
                    }
                }
                return ModelShelf.Confined(painter as any PointPainter)
            } catch EditError.noStyles {
                return ModelShelf.Confined(try BlendPainter(model, truncation: truncation) as any PointPainter)
            }
        }.value
    }
}
