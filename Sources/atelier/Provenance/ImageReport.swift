import Atelier
import Files
import ImageFiles
import Models

extension ImageInspection {
    /// The report in lines of text.
    var text: String {
        var facts: [(String, String)] = [("says", verdict)]
        if let sourceType { facts.append(("IPTC source type", sourceType)) }
        if let creator { facts.append(("creator tool", creator)) }
        if let recipe { facts += recipe.facts }
        if let recipeProblem { facts.append(("recipe", recipeProblem)) }
        facts += texts.map { ($0.keyword, $0.value) }
        facts += exif.map { ("EXIF " + $0.name, $0.value) }
        if hasPosition { facts.append(("EXIF position", "where the photo was taken")) }
        facts.append(("C2PA manifest", hasC2PA ? "present, not verified" : "none"))
        let width = facts.map(\.0.count).max() ?? 0
        let lines = facts.map { name, value in
            "  \(name.padding(toLength: width, withPad: " ", startingAt: 0))  \(printable(value))"
        }
        return (["\(path): \(form)"] + lines).joined(separator: "\n")
    }

    private var form: String {
        let kinds = ["gray", "gray with alpha", "RGB", "RGBA"]
        return "\(header.format.name), \(header.width)×\(header.height), "
            + "\(kinds[min(max(header.channels, 1), 4) - 1]), \(header.bitDepth) bits"
    }

    private var verdict: String {
        if recipe != nil { return "made by Atelier; “atelier remake” can make it again" }
        if saysGenerated { return "made or changed by a trained model" }
        return hasC2PA ? "see its C2PA manifest" : "nothing of how it was made"
    }

    /// The report as one JSON object.
    var jsonLine: JSONLine {
        var line = JSONLine()
        line.add("path", path)
        line.add("format", header.format.rawValue)
        line.add("width", header.width)
        line.add("height", header.height)
        line.add("channels", header.channels)
        line.add("bitDepth", header.bitDepth)
        line.add("generated", saysGenerated)
        if let sourceType { line.add("digitalSourceType", sourceType) }
        if let creator { line.add("creatorTool", creator) }
        if let recipe {
            line.add("task", recipe.task)
            line.add("software", recipe.software)
            line.add("models", recipe.models.map(\.name))
            line.add("weights", recipe.models.map(\.weights))
            for (name, value) in recipe.settings.sorted(by: { $0.key < $1.key }) {
                line.add("setting:" + name, value)
            }
            if let input = recipe.input {
                line.add("input", input.place)
                line.add("inputHash", input.hash)
            }
        }
        if let recipeProblem { line.add("recipeProblem", recipeProblem) }
        line.add("texts", texts.map { "\($0.keyword): \($0.value)" })
        for (name, value) in exif { line.add("exif:" + name, value) }
        line.add("hasPosition", hasPosition)
        line.add("c2pa", hasC2PA)
        return line
    }
}

extension Recipe {
    fileprivate var facts: [(String, String)] {
        var facts = [("made by", "\(software), “atelier \(task)”")]
        facts += models.map { ("model", "\($0.name), weights \($0.weights.prefix(12))…") }
        let words = settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        if !words.isEmpty { facts.append(("settings", words.joined(separator: ", "))) }
        if let input { facts.append(("input", "\(input.place), \(input.hash.prefix(12))…")) }
        return facts
    }
}
