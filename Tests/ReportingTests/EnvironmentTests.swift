import Reporting
import TestSupport
import Testing

/// What `TERM` and `NO_COLOR` ask for.
@Suite struct EnvironmentTests {
    private let lines = Lines()

    /// What a bar writes that is drawn twice, the second time shorter, and then taken away.
    private func drawn(_ environment: [String: String]) -> String {
        let bar = ProgressBar("x", total: 9, console: lines.console(isTerminal: true, environment: environment))
        lines.wait(2)
        bar.update(to: 5, note: "a longer note")
        bar.update(to: 5, note: "short")
        bar.showNow()
        bar.finish("done")
        return lines.text
    }

    @Test(arguments: [[:], ["NO_COLOR": ""], ["TERM": "xterm"]])
    func aTerminalIsDrawnOverWithEscapes(environment: [String: String]) {
        let text = drawn(environment)
        #expect(text.count { $0 == "\u{1B}" } == 3)
        #expect(text.hasSuffix("\r\u{1B}[Kdone\n"))
    }

    @Test func noColorMeansNoEscapes() {
        let text = drawn(["NO_COLOR": "1"])
        #expect(!text.contains("\u{1B}"))
        #expect(text.hasSuffix("\rdone\n"))
        let drawings = text.split(separator: "\r", omittingEmptySubsequences: false).dropFirst().map(\.count)
        // The shorter line and the empty one cover the line before them.
        #expect(drawings.count == 4 && drawings[1] >= drawings[0] && drawings[2] >= 20)
    }

    @Test func aDumbTerminalGetsLines() {
        let text = drawn(["TERM": "dumb"])
        #expect(!text.contains("\u{1B}") && !text.contains("\r"))
        #expect(text.contains("\n") && text.hasSuffix("done\n"))
    }
}
