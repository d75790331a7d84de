import Atelier
import Foundation
import ImageData
import Pix2Pix
import TensorCore

extension Studio {
    /// Drawings into images, and photos into drawings.
    var drawingRoutes: [Route] {
        [
            Route("POST", "/api/translate", bodyLimit: ImageAllowance.drawing.bytes) { [self] call in
                try await translated(call)
            },
            Route("POST", "/api/sketch", bodyLimit: ImageAllowance.drawing.bytes) { [self] call in
                try await sketched(call)
            },
        ]
    }

    /// The image that a translator makes of the image in the body.
    private func translated(_ call: Call) async throws(Refusal) -> Response {
        let name = try call.modelName()
        var options = TranslationOptions(removesPaper: try call.flag("clean"))
        options.fit = try call.choice("fit", of: TranslationFit.self) ?? .auto
        let (className, ignoresColors) = (call.query("class"), try call.flag("noHints"))
        let isFlat = try call.query("flat").map { _ throws(Refusal) in try call.flag("flat") }
        let seed: UInt64? = try call.integer("seed", in: 0...(1 << 53) - 1)
        _ = try shelf.folder(name)
        let sent = try SentDrawing(call.request)
        // A drawing that is under way is worth nothing once there is a newer one of the same hand.
        let key = call.query("session").map { "translate " + $0 }
        return try await quick.run(key: key, timeLimit: limits.quickSeconds) { [shelf, options] job in
            let begun = Job.now
            let image = try ImageAllowance.drawing.image(sent.image)
            let hints = try sent.hints.map { try HintChoice.image(ImageAllowance.drawing.image($0, name: "the hints")) }
            try job.checkCanceled()
            let translation = try shelf.built(name, for: "translate \(options.fit) \(options.removesPaper)") {
                try Translation($0, options)
            }.telling(
                className: className, hints: hints ?? (ignoresColors ? .none : .drawing), isFlat: isFlat, seed: seed)
            let result = try translation(image, isCanceled: { job.isCanceled })
            let milliseconds = String(format: "%.1f", (Job.now - begun) * 1000)
            return try .png(result, headers: [("Server-Timing", "compute;dur=\(milliseconds)")])
        }
    }

    /// The drawing after the photo in the body.
    private func sketched(_ call: Call) async throws(Refusal) -> Response {
        var style = SketchStyle(technique: try call.choice("hand", of: SketchStyle.Technique.self) ?? .lines)
        if let width = try call.number("lineWidth", in: 0.5...8) { style.lineWidth = width }
        if let share = try call.number("simplification", in: 0...1) { style.simplification = share }
        let side = try call.integer("size", in: 32...1024) ?? 512
        return try await quick.run(timeLimit: limits.quickSeconds) { [style] job in
            var photo = try ImageAllowance.drawing.image(call.request.body)
            try job.checkCanceled()
            photo = photo.squared(side)
            return try .png(SketchExtractor(style).sketch(of: photo, random: Random(seed: 0)))
        }
    }
}

/// A drawing as it is sent: alone, or in a form with its color hints.
private struct SentDrawing {
    let image: [UInt8]
    let hints: [UInt8]?

    /// - Throws: ``Refusal``: 400 for a form that is none, 422 for one without an image.
    init(_ request: Request) throws(Refusal) {
        guard request.contentType == MultipartForm.type else {
            (image, hints) = (request.body, nil)
            return
        }
        let parts = try MultipartForm(request, names: ["image", "hints"]).parts
        guard let image = parts["image"] else { throw .invalid("The form has no field image.") }
        (self.image, hints) = (image, parts["hints"])
    }
}

extension Image {
    /// The middle square, in another size.
    fileprivate func squared(_ side: Int) -> Image {
        let length = min(width, height)
        return converted8().cropped(
            x: (width - length) / 2, y: (height - length) / 2, width: length, height: length
        ).resized(width: side, height: side, filter: .bicubic)
    }
}

extension Call {
    /// The model that the query names.
    ///
    /// - Throws: ``Refusal`` (422).
    func modelName() throws(Refusal) -> String {
        guard let name = query("model"), !name.isEmpty else { throw .invalid("Say which model: ?model=NAME.") }
        return name
    }
}
