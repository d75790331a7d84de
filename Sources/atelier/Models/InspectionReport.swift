import Atelier
import Files
import Foundation

extension ModelInspection {
    /// The report in lines of text.
    var lines: [String] {
        let title = network?.description ?? "no network that is known here"
        var facts: [(String, String)] = [("file", "\(format), \(Self.megabytes(byteCount))")]
        if let taken = network?.taken { facts.append(("taken", taken)) }
        if let weights { facts += weights.facts }
        if let network { facts += network.facts }
        facts.append(("license", license.isEmpty ? "not stated; ask its author" : license))
        if forbidsCommercialUse { facts.append(("", "forbids commercial use")) }
        if !source.isEmpty { facts.append(("source", source)) }
        facts += pickle?.facts ?? []
        facts.append(("usable", problem.map { "no: \($0)" } ?? "yes"))
        let width = facts.map(\.0.count).max() ?? 0
        return ["\(path): \(title)"]
            + facts.map { "  \($0.padding(toLength: width, withPad: " ", startingAt: 0))  \($1)" }
    }

    /// The report as one JSON object.
    var jsonLine: JSONLine {
        var line = JSONLine()
        line.add("path", path)
        line.add("format", format)
        line.add("bytes", byteCount)
        line.add("usable", problem == nil)
        if let problem { line.add("problem", problem) }
        network?.add(to: &line)
        if let weights {
            line.add("tensors", weights.tensorCount)
            line.add("numbers", weights.numberCount)
            line.add("types", weights.types.map { ($0.name, Double($0.count)) })
            line.add("notFinite", weights.nonFinite)
        }
        line.add("license", license)
        line.add("forbidsCommercialUse", forbidsCommercialUse)
        line.add("source", source)
        if let pickle {
            if let className = pickle.className { line.add("class", className) }
            line.add("pickleNeeds", pickle.needed)
            line.add("pickleData", pickle.data)
            line.add("pickleUnusual", pickle.unusual)
        }
        return line
    }

    static func megabytes(_ bytes: Int) -> String {
        bytes < 100_000 ? "\(bytes) bytes" : String(format: "%.1f MB", Double(bytes) / 1e6)
    }
}

extension InspectedWeights {
    fileprivate var facts: [(String, String)] {
        let kinds = types.map { types.count == 1 ? $0.name : "\($0.name) (\($0.count))" }.joined(separator: ", ")
        var facts = [
            ("weights", "\(counted(numberCount, "number")) in \(counted(tensorCount, "tensor")), stored as \(kinds)")
        ]
        if !nonFinite.isEmpty {
            let more = nonFinite.count > 4 ? " and \(nonFinite.count - 4) more" : ""
            facts.append(("not finite", nonFinite.prefix(4).joined(separator: ", ") + more))
        }
        return facts
    }
}

extension InspectedNetwork {
    fileprivate var facts: [(String, String)] {
        var facts = [("kind", "\(kind), for “atelier \(task.rawValue)”")]
        if let scale { facts.append(("scale", "×" + Self.short(scale))) }
        if let sizes { facts.append(("images", sizes)) }
        if let work { facts += work.facts }
        if let tiles { facts.append(("tiles", tiles.words)) }
        return facts
    }

    private var sizes: String? {
        if let imageSize { return "\(imageSize.width)×\(imageSize.height), \(Self.color(outputChannels))" }
        guard let inputChannels else { return nil }
        let (from, to) = (Self.color(inputChannels), Self.color(outputChannels))
        let steps = multiple.map { $0 == 1 ? "of any size" : "of any size, extended to multiples of \($0)" } ?? ""
        return (from == to ? "\(from) " : "\(from) to \(to) ") + steps
    }

    private static func color(_ channels: Int?) -> String {
        switch channels {
        case 1: "gray"
        case 2: "gray with alpha"
        case 3: "color"
        case 4: "color with alpha"
        default: "\(channels ?? 0) channels"
        }
    }

    fileprivate func add(to line: inout JSONLine) {
        line.add("network", description)
        line.add("architecture", architecture)
        line.add("kind", kind)
        line.add("task", task.rawValue)
        if let taken { line.add("taken", taken) }
        if let scale { line.add("scale", scale) }
        if let inputChannels { line.add("inputChannels", inputChannels) }
        if let outputChannels { line.add("outputChannels", outputChannels) }
        if let imageSize {
            line.add("width", imageSize.width)
            line.add("height", imageSize.height)
        }
        if let multiple { line.add("multiple", multiple) }
        if let work {
            let unit = work.unit == .image ? "Image" : "Megapixel"
            line.add("multiplyAddsPer" + unit, work.multiplyAdds)
            if let seconds = work.seconds { line.add("secondsPer" + unit, seconds) }
            if let bytes = work.memoryBytes { line.add("memoryBytes", bytes) }
        }
        if let tiles {
            line.add("needsTiles", !tiles.needsNone)
            line.add("tile", tiles.side)
            line.add("tilePad", tiles.margin)
            line.add("exactTilePad", tiles.exactMargin)
        }
    }

    fileprivate static func short(_ number: Double) -> String {
        number == number.rounded() ? String(format: "%.0f", number) : String(format: "%.3g", number)
    }
}

extension InspectedWork {
    fileprivate var facts: [(String, String)] {
        let of = unit == .image ? "an image" : "a megapixel of the image that goes in"
        let count = multiplyAdds / 1e9
        var facts = [("work", String(format: count < 100 ? "%.3g" : "%.0f", count) + " GMAC for \(of)")]
        var here: [String] = []
        if let seconds { here.append("about " + String(format: seconds < 100 ? "%.2g s" : "%.0f s", seconds)) }
        if let memoryBytes { here.append("\((memoryBytes + 500_000) / 1_000_000) MB of memory for one of a megapixel") }
        if !here.isEmpty { facts.append(("here", here.joined(separator: ", ") + " (estimated)")) }
        return facts
    }
}

extension InspectedTiles {
    fileprivate var words: String {
        if needsNone { return "not needed: images go through row by row, which is exact" }
        let usual = "at most \(side) pixels wide with a margin of \(margin)"
        return areExact
            ? usual + ", which is exact"
            : usual + ", and blended; exact with --tile-pad \(exactMargin) or one tile"
    }
}

extension InspectedPickle {
    fileprivate var facts: [(String, String)] {
        var facts: [(String, String)] = []
        if let className { facts.append(("class", "\(className), saved whole and read as data")) }
        var parts = [counted(needed.count, "name") + " that tensors need"]
        if !data.isEmpty { parts.append("\(data.count) of classes and functions as data (\(Self.some(data)))") }
        parts.append(unusual.isEmpty ? "none that is unusual" : "UNUSUAL: \(Self.some(unusual))")
        facts.append(("pickle", parts.joined(separator: ", ")))
        if !unusual.isEmpty {
            facts.append(("", "Such a file runs commands when Python loads it. Here nothing of it was executed."))
        }
        return facts
    }

    private static func some(_ names: [String]) -> String {
        names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", …" : "")
    }
}
