import ArgumentParser
import ImageData

/// How sketches are drawn.
struct DrawingOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Width of lines, in pixels of an image 256 wide.", valueName: "pixels"))
    var lineWidth = 1.5

    @Option(
        name: .customLong("simplify"), help: ArgumentHelp("How much detail is left out, 0 to 1.", valueName: "share"))
    var simplification = 0.4

    @Option(help: ArgumentHelp("How far the hand strays from the true line, in the same pixels.", valueName: "pixels"))
    var jitter = 0.0

    @Option(help: ArgumentHelp("The seed of the jitter.", valueName: "n"))
    var seed: UInt64 = 0

    func validate() throws {
        if !(0.1...64).contains(lineWidth) { throw ValidationError("--line-width must be from 0.1 to 64.") }
        if !(0...1).contains(simplification) { throw ValidationError("--simplify must be from 0 to 1.") }
        if !(0...64).contains(jitter) { throw ValidationError("--jitter must be from 0 to 64.") }
    }

    func style(_ technique: SketchStyle.Technique) -> SketchStyle {
        SketchStyle(technique: technique, lineWidth: lineWidth, simplification: simplification, jitter: jitter)
    }
}
