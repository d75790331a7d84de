import Atelier
import Foundation
import Models
import TensorCore

extension Studio {
    /// Images of seeds and classes.
    var generateRoutes: [Route] {
        [Route("POST", "/api/generate", bodyLimit: 64 << 10) { [self] call in try await generated(call) }]
    }

    /// A seed that a page can hold exactly: JavaScript's numbers are whole up to 2^53 - 1.
    ///
    /// - Throws: ``Refusal`` (422) for a larger one.
    static func checked(seed: UInt64) throws(Refusal) -> UInt64 {
        guard seed < 1 << 53 else { throw .invalid("seed must be from 0 to \((1 << 53) - 1).") }
        return seed
    }

    /// What is asked for.
    private struct Order: Decodable, Sendable {
        var model: String
        /// The first seed.
        var seed: UInt64?
        /// How many images of each class.
        var count: Int?
        var classes: [String]?
        var truncation: Double?
        /// Whether images repeat without a seam, for a model that can.
        var seamless: Bool?

        func options() throws(Refusal) -> GenerationOptions {
            guard (1...64).contains(count ?? 1) else { throw .invalid("count must be from 1 to 64.") }
            guard (classes ?? []).count <= 16 else { throw .invalid("classes must be at most 16.") }
            if let truncation {
                guard (0...4).contains(truncation) else { throw .invalid("truncation must be from 0 to 4.") }
            }
            var options = GenerationOptions(
                seeds: .count(count ?? 1, from: try Studio.checked(seed: seed ?? 0)), classes: classes ?? [])
            options.truncation = truncation
            options.seamless = seamless == true ? Wrapping(x: true, y: true) : nil
            options.batchSize = 4
            return options
        }
    }

    /// An event of each image.
    private struct MadeImage: Encodable {
        let index: Int
        let seed: String
        let className: String?
        /// The PNG file in base 64.
        let png: String

        enum CodingKeys: String, CodingKey {
            case index, seed, png
            case className = "class"
        }
    }

    private struct Summary: Encodable {
        let count: Int
    }

    private func generated(_ call: Call) async throws(Refusal) -> Response {
        let order: Order = try call.json()
        let options = try order.options()
        _ = try shelf.folder(order.model)
        let wanted = call.request[field: "accept"] ?? "*/*"
        let makesMany = order.count ?? 1 != 1 || (order.classes ?? []).count > 1
        if wanted.contains(EventStream.type) || (makesMany && wanted.contains("*/*")) {
            return EventStream.response { [self] events in
                do {
                    let count = try await made(order.model, options) { index, image in
                        events.send(
                            "image",
                            MadeImage(
                                index: index, seed: image.seed, className: image.className,
                                png: Data(try image.image.png(isQuick: true)).base64EncodedString()))
                    }
                    events.send("done", Summary(count: count))
                } catch let refusal as Refusal {
                    events.send("failed", refusal.detail)
                }
            }
        }
        guard ["image/png", "image/*", "*/*"].contains(where: { wanted.contains($0) }) else {
            throw Refusal(.notAcceptable, "accept", "Images are sent as image/png or text/event-stream.")
        }
        guard !makesMany else {
            throw Refusal(
                .notAcceptable, "accept", "A PNG holds one image; several are sent as text/event-stream.")
        }
        return try await quick.run(timeLimit: limits.quickSeconds) { [self] job in
            var made: Response?
            try generation(order.model, options).run { made = try .png($0.image, isQuick: false) }
            guard let made else { throw Refusal(.failed, "failed", "No image was made.") }
            return made
        }
    }

    /// Makes images one after the other, as a job.
    ///
    /// - Returns: how many.
    private func made(
        _ model: String, _ options: GenerationOptions,
        _ tell: @escaping @Sendable (Int, GeneratedImage) throws -> Void
    ) async throws(Refusal) -> Int {
        try await quick.run(timeLimit: limits.quickSeconds) { [self] job in
            var count = 0
            let generation = try generation(model, options)
            try generation.run { image in
                try job.checkCanceled()
                try tell(count, image)
                count += 1
                job.report(count, of: generation.count)
            }
            return count
        }
    }

    /// The generator of a model at work, which is kept.
    private func generation(_ name: String, _ options: GenerationOptions) throws -> Generation {
        let words = "generate \(options.truncation.map { "\($0)" } ?? "") \(options.seamless.map { "\($0)" } ?? "")"
        let built = try shelf.built(name, for: words) { model in
            ModelShelf.Confined(
                (
                    model,
                    try model.generator(
                        precision: options.precision, truncation: options.truncation, wrapping: options.seamless)
                ))
        }
        return try Generation(built.value.0, built: built.value.1, options)
    }
}
