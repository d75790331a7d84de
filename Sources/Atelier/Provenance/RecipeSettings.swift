import ImageData
import Models
import Pix2Pix
import SuperResolution
import TensorCore

/// Settings as a recipe holds them, by their names on the command line. Each is read at most once, so that what is left
/// over is what this version does not know.
struct RecipeSettings {
    private(set) var values: [String: String]

    init(_ values: [String: String] = [:]) { self.values = values }

    mutating func note(_ name: String, _ value: (some CustomStringConvertible)?) {
        if let value { values[name] = "\(value)" }
    }

    mutating func note(_ name: String, isOn: Bool) { if isOn { values[name] = "yes" } }

    mutating func note(_ name: String, _ value: (some RawRepresentable<String>)?) {
        if let value { values[name] = value.rawValue }
    }

    /// These settings without some of them, and with others.
    func changing(_ old: RecipeSettings, to new: RecipeSettings) -> RecipeSettings {
        RecipeSettings(values.filter { old.values[$0.key] == nil }.merging(new.values) { $1 })
    }

    /// - Throws: ``RemakingError/setting(_:)`` for a text that is no such value.
    mutating func take<Value: LosslessStringConvertible>(_ name: String) throws(RemakingError) -> Value? {
        guard let text = values.removeValue(forKey: name) else { return nil }
        guard let value = Value(text) else { throw .setting("\(name) \(text)") }
        return value
    }

    /// - Throws: ``RemakingError/setting(_:)`` also for a number outside the range: files can say anything.
    mutating func take<Value: LosslessStringConvertible & Comparable>(
        _ name: String, in range: ClosedRange<Value>
    ) throws(RemakingError) -> Value? {
        guard let value: Value = try take(name) else { return nil }
        guard range.contains(value) else { throw .setting("\(name) \(value)") }
        return value
    }

    mutating func take<Value: RawRepresentable<String>>(
        choice name: String
    ) throws(RemakingError) -> Value? {
        guard let text = values.removeValue(forKey: name) else { return nil }
        guard let value = Value(rawValue: text) else { throw .setting("\(name) \(text)") }
        return value
    }

    mutating func takeFlag(_ name: String) -> Bool { values.removeValue(forKey: name) == "yes" }

    /// A flag that can be on, off, or left to the model.
    mutating func takeSwitch(_ name: String) throws(RemakingError) -> Bool? {
        guard let value = values.removeValue(forKey: name) else { return nil }
        guard ["yes", "no"].contains(value) else { throw .setting("\(name) \(value)") }
        return value == "yes"
    }

    /// - Throws: ``RemakingError/setting(_:)`` when something is left over.
    func checkAllTaken() throws(RemakingError) {
        if let left = values.min(by: { $0.key < $1.key }) { throw .setting("\(left.key) \(left.value)") }
    }
}

extension GenerationOptions {
    /// What changes an image besides its seed and class.
    var recorded: RecipeSettings {
        var settings = RecipeSettings()
        settings.note("truncation", truncation)
        settings.note("seamless", seamless)
        settings.note("precision", precision.resolved)
        return settings
    }

    /// The options for one image.
    init(_ settings: inout RecipeSettings) throws(RemakingError) {
        self.init(seeds: .list([]))
        if let name: String = try settings.take("class") { classes = [name] }
        if let pair: String = try settings.take("interpolate") {
            let frames: Int? = try settings.take("frames")
            let frame: Int? = try settings.take("frame")
            guard let frames, let frame, (2...SeedList.limit).contains(frames), (0..<frames).contains(frame),
                let (first, last) = try? SeedList.parsePair(pair)
            else { throw .setting("interpolate \(pair)") }
            seeds = .path(from: first, to: last, frames: frames)
            only = frame
        } else if let seed: UInt64 = try settings.take("seed") {
            seeds = .list([seed])
        } else {
            throw .setting("no seed")
        }
        truncation = try settings.take("truncation", in: 0...1e6)
        seamless = try settings.take(choice: "seamless")
        precision = try settings.take(choice: "precision") ?? .float32
    }
}

extension TranslationOptions {
    /// What changes a result.
    var recorded: RecipeSettings {
        var settings = RecipeSettings()
        settings.note("fit", fit)
        settings.note("tile", tile)
        settings.note("overlap", overlap)
        settings.note("size", size)
        settings.note("seamless", seamless)
        settings.note("statistics", statistics)
        settings.note("dropout", isOn: dropout)
        settings.note("seed", dropout || seed > 0 ? seed : nil)
        settings.note("class", className)
        switch hints {
        case .drawing: break
        case .image: settings.note("hints", "another image")
        case .none: settings.note("hints", "none")
        }
        settings.note("clean", isOn: removesPaper)
        settings.note("flat", isFlat.map { $0 ? "yes" : "no" })
        settings.note("side-by-side", isOn: sideBySide)
        settings.note("precision", precision.resolved)
        return settings
    }

    init(_ settings: inout RecipeSettings) throws(RemakingError) {
        self.init(
            fit: try settings.take(choice: "fit") ?? .auto, removesPaper: settings.takeFlag("clean"),
            sideBySide: settings.takeFlag("side-by-side"))
        isFlat = try settings.takeSwitch("flat")
        tile = try settings.take("tile", in: 16...8192)
        overlap = try settings.take("overlap", in: 0...(tile ?? Translation.smallestTile) / 2) ?? overlap
        size = try settings.take("size", in: 16...4096)
        seamless = try settings.take(choice: "seamless")
        statistics = try settings.take(choice: "statistics")
        dropout = settings.takeFlag("dropout")
        className = try settings.take("class")
        if let text: String = try settings.take("hints") {
            guard text == "none" else { throw .setting("hints \(text)") }
            hints = .none
        }
        seed = try settings.take("seed") ?? 0
        precision = try settings.take(choice: "precision") ?? .float32
    }
}

extension UpscalingOptions {
    /// What changes a result.
    var recorded: RecipeSettings {
        var settings = RecipeSettings()
        switch size {
        case .scale(let factor): settings.note("scale", factor)
        case .pixels(let width, let height, let fit):
            settings.note("width", width)
            settings.note("height", height)
            settings.note("fit", fit)
        case nil: break
        }
        settings.note("tile", tile)
        settings.note("tile-pad", tilePad)
        settings.note("pre-pad", prePad)
        settings.note("tta", isOn: testTimeAugmentation)
        settings.note("keep-shift", isOn: !correctsColor)
        settings.note("seamless", seamless)
        settings.note("denoise", denoising)
        // Memory decides how an image is cut into tiles.
        settings.note("memory", memory)
        settings.note("precision", precision.resolved)
        return settings
    }

    init(_ settings: inout RecipeSettings) throws(RemakingError) {
        self.init()
        if let factor = try settings.take("scale", in: 1...16.0) { size = .scale(factor) }
        let width = try settings.take("width", in: 1...131_072)
        let height = try settings.take("height", in: 1...131_072)
        let fit: UpscaledSize.Fit? = try settings.take(choice: "fit")
        if width != nil || height != nil { size = .pixels(width: width, height: height, fit ?? .inside) }
        tile = try settings.take("tile", in: 32...8192)
        tilePad = try settings.take("tile-pad", in: 0...(tile.map { $0 / 4 } ?? 1024))
        prePad = try settings.take("pre-pad", in: 0...1024) ?? prePad
        testTimeAugmentation = settings.takeFlag("tta")
        correctsColor = !settings.takeFlag("keep-shift")
        seamless = try settings.take(choice: "seamless")
        denoising = try settings.take("denoise", in: 0...1)
        memory = try settings.take("memory", in: 1 << 20...1 << 44) ?? memory
        precision = try settings.take(choice: "precision") ?? .float32
    }
}
