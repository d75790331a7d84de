import ArgumentParser
import Film

/// How films are written, and which part of them.
struct FilmOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The encoder of films, as ffmpeg calls it: libx264, libx265, libsvtav1, prores_ks, ffv1 and others. "
                + "[libx264; libvpx-vp9 in .webm]", valueName: "name"))
    var codec: String?

    @Option(
        help: ArgumentHelp(
            "The quality of films in the encoder's own numbers; less is better and larger. [16 for libx264]",
            valueName: "n"))
    var crf: Double?

    @Option(
        help: ArgumentHelp(
            "The pixel format of films, as ffmpeg calls it. [yuv420p; with 10 bits if the film has them]",
            valueName: "name"))
    var pixFmt: String?

    @Option(help: ArgumentHelp("Where in a film to begin: seconds, or 1:02:03.5. [0]", valueName: "time"))
    var start: FilmTime?

    @Option(help: ArgumentHelp("How much of a film to work on, for a trial. [all]", valueName: "time"))
    var duration: FilmTime?

    func validate() throws {
        if let crf, !(0...255).contains(crf) { throw ValidationError("--crf must be from 0 to 255.") }
        if let duration, duration.seconds <= 0 { throw ValidationError("--duration must be more than 0.") }
    }

    var settings: FilmSettings {
        var settings = FilmSettings()
        (settings.codec, settings.crf, settings.pixelFormat) = (codec, crf, pixFmt)
        (settings.start, settings.duration) = (start?.seconds ?? 0, duration?.seconds)
        return settings
    }
}

/// A length of time: `90`, `1:30`, `0:01:30.5`.
struct FilmTime: ExpressibleByArgument {
    let seconds: Double

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Double($0) }.filter { $0.isFinite && $0 >= 0 }
        guard (1...3).contains(parts.count), numbers.count == parts.count,
            numbers.dropFirst().allSatisfy({ $0 < 60 }), numbers.dropLast().allSatisfy({ $0 == $0.rounded() })
        else { return nil }
        seconds = numbers.reduce(0) { $0 * 60 + $1 }
        guard seconds < 1e7 else { return nil }
    }
}
