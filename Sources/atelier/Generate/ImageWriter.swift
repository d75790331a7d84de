import Files
import Foundation
import ImageData
import ImageFiles
import Models
import Reporting
import Training

/// Writes generated images and counts what could not be written.
final class ImageWriter {
    private let modelName: String
    private let folder: String?
    private let format: OutputFormat
    private let truncation: Float?
    private let provenance: Bool
    private let json: Bool
    private var madeFolders: Set<String> = []
    private var written = 0
    private var sheetPath: String?
    private(set) var failures = 0

    /// - Parameter folder: where single images go; nil writes none.
    init(
        modelName: String, folder: String?, format: OutputFormat, truncation: Float?, provenance: Bool, json: Bool
    ) {
        self.modelName = modelName
        self.folder = folder.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        self.format = format
        self.truncation = truncation
        self.provenance = provenance
        self.json = json
    }

    /// Writes one image, or says why it cannot.
    func write(_ image: Image, _ request: ImageRequest) {
        guard let folder else { return }
        let path = folder + "/" + request.path + "." + format.rawValue
        var image = image
        if provenance {
            image.metadata =
                Provenance(
                    model: modelName, seed: request.seed, className: request.className, truncation: truncation
                ).metadata
        }
        guard put(image, to: path, options: format.options) else { return }
        written += 1
        guard json else { return }
        var line = JSONLine()
        line.add("file", path)
        line.add("model", modelName)
        if let seed = Int(request.seed) { line.add("seed", seed) } else { line.add("seed", request.seed) }
        if let name = request.className { line.add("class", name) }
        if let label = request.label { line.add("label", label) }
        if let truncation { line.add("truncation", Double(truncation)) }
        line.add("width", image.width)
        line.add("height", image.height)
        print(line.text)
    }

    /// Writes the sheet of all images.
    func writeSheet(_ images: [Image], _ series: ImageSeries, to path: String) {
        var sheet = SampleSheet.make(images: images, columns: series.columns, labels: series.captions)
        if provenance {
            let seeds = series.requests.prefix(series.columns).map(\.seed).joined(separator: ",")
            sheet.metadata =
                Provenance(
                    model: modelName, seed: seeds,
                    className: series.captions.isEmpty ? nil : series.captions.joined(separator: ", "),
                    truncation: truncation
                ).metadata
        }
        guard put(sheet, to: path, options: nil) else { return }
        sheetPath = path
        guard json else { return }
        var line = JSONLine()
        line.add("sheet", path)
        line.add("model", modelName)
        line.add("width", sheet.width)
        line.add("height", sheet.height)
        print(line.text)
    }

    /// What was written where.
    var summary: String {
        var parts: [String] = []
        if let folder, written > 0 { parts.append("\(written) \(written == 1 ? "image" : "images") in \(folder)") }
        if let sheetPath { parts.append("a sheet in \(sheetPath)") }
        if failures > 0 { parts.append("\(failures) could not be written") }
        return parts.joined(separator: "; ")
    }

    private func put(_ image: Image, to path: String, options: EncodingOptions?) -> Bool {
        do {
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
            if madeFolders.insert(parent).inserted {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            }
            try image.write(to: path, options: options)
            return true
        } catch {
            failures += 1
            let reason = (error as? ImageError)?.description ?? "\(path): \(error.localizedDescription)"
            Console.standardError.line("Error: \(reason)")
            return false
        }
    }
}
