import Atelier
import Foundation
import Models

extension Studio {
    /// Jobs that make images larger.
    var upscaleRoutes: [Route] {
        [
            Route("POST", "/api/upscale", bodyLimit: ImageAllowance.photo.bytes) { [self] call in try upscaled(call) }
        ]
    }

    /// The most pixels of a result.
    static let mostPixels = 200_000_000

    private func upscaled(_ call: Call) throws(Refusal) -> Response {
        let name = try call.modelName()
        var options = UpscalingOptions()
        if let scale = try call.number("scale", in: 0.1...16) { options.size = .scale(scale) }
        options.testTimeAugmentation = try call.flag("tta")
        _ = try shelf.folder(name)
        let request = call.request
        guard !request.body.isEmpty else {
            throw Refusal(.unsupportedType, "not-an-image", "The body must be an image file.")
        }
        let share = try waiting.take(request.body.count)
        let title = Self.resultName(call.query("name") ?? "image", model: name)
        let job = Job(timeLimit: limits.longSeconds)
        let use = "upscale \(options.size.map { "\($0)" } ?? "") \(options.testTimeAugmentation)"
        jobs.add(job, title: title)
        do {
            try long.add(job) { [shelf, jobs, options] job in
                // The body counts as long as it is held.
                defer { withExtendedLifetime(share) {} }
                job.finish { made in
                    let image = try ImageAllowance.photo.image(request.body)
                    let upscaling = try shelf.built(name, for: use) { try Upscaling($0, options) }
                    let size = try upscaling.checkedSize(width: image.width, height: image.height)
                    guard size.width * size.height <= Self.mostPixels else {
                        throw Refusal(
                            .tooLarge, "too-large",
                            "The result would have \(size.width) x \(size.height) pixels; the limit is "
                                + "\(Self.mostPixels / 1_000_000) megapixels. Choose a smaller scale.")
                    }
                    let result = try upscaling(
                        image, isCanceled: { job.isCanceled }, telling: { job.report($0, of: $1) })
                    made = JobStore.Result(
                        type: "image/png", bytes: try result.png(isQuick: result.width * result.height > 4_000_000),
                        facts: ["width": result.width, "height": result.height])
                } storing: {
                    jobs.keep($0, of: job)
                }
            }
        } catch {
            jobs.remove(job.id)
            throw error
        }
        var response = Response.json(JobFacts(job, title: title, place: long.place(of: job)), status: .accepted)
        response.headers.append(("Location", "/api/jobs/\(job.id)"))
        return response
    }

    /// `holiday.jpg` becomes `holiday-photo-x4.png`.
    static func resultName(_ name: String, model: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? "image"
        let stem = last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
        let plain = String(stem.prefix(80)).filter { $0.isLetter || $0.isNumber || "-_ .()".contains($0) }
        return (plain.isEmpty ? "image" : plain) + "-\(model).png"
    }
}
