import Reporting
import TestSupport
import Testing

@Suite struct ProgressBarTests {
    private let lines = Lines()

    @Test func shortJobsStaySilent() {
        let bar = ProgressBar("x", total: 10, console: lines.console(isTerminal: true))
        for step in 1...10 {
            lines.wait(0.05)
            bar.update(to: step)
        }
        bar.finish()
        #expect(lines.text.isEmpty)
    }

    @Test func aTerminalShowsBarRateAndTimeLeft() {
        let bar = ProgressBar("cgan", total: 1000, console: lines.console(isTerminal: true, width: 100))
        for step in 1...500 {
            lines.wait(0.1)
            bar.update(to: step, note: "D 1.2")
        }
        lines.clear()
        bar.showNow()
        #expect(lines.text.contains("500/1000  50 %  10.0 steps/s  ETA 0:50  D 1.2"))
        #expect(lines.text.contains("▕████████████            ▏"))
        #expect(lines.text.hasPrefix("\r") && !lines.text.contains("\n"))
        bar.finish("done")
        #expect(lines.text.hasSuffix("\r\u{1B}[Kdone\n"))
    }

    @Test func aTerminalIsRedrawnTenTimesASecondAtMost() {
        let bar = ProgressBar("x", total: 100_000, console: lines.console(isTerminal: true))
        for step in 1...20_000 {
            lines.wait(0.0005)
            bar.update(to: step)
        }
        let drawn = lines.text.count { $0 == "\r" }
        #expect((80...91).contains(drawn))
    }

    @Test(arguments: [20, 40, 60, 80, 200])
    func linesNeverGrowWiderThanTheTerminal(width: Int) {
        let bar = ProgressBar("a title", total: 9, console: lines.console(isTerminal: true, width: width))
        lines.wait(2)
        bar.update(to: 5, note: "a rather long note that says a lot about what is going on")
        let shown = lines.text.replacing("\r", with: "").replacing("\u{1B}[K", with: "")
        #expect(shown.count <= width - 1 && shown.count > 10)
    }

    @Test func elsewhereThereIsALineEveryTenSeconds() {
        let bar = ProgressBar("train", total: 100, console: lines.console())
        for step in 1...60 {
            lines.wait(1)
            bar.update(to: step)
        }
        let shown = lines.text.split(separator: "\n")
        #expect(shown.count == 6)
        #expect(shown[0] == "train 10/100  10 %  1.0 steps/s  ETA 1:30")
    }

    @Test func whatWasDoneBeforeDoesNotEnterTheRate() {
        let bar = ProgressBar("x", total: 1000, startingAt: 900, console: lines.console())
        lines.wait(20)
        bar.update(to: 910)
        #expect(lines.text == "x 910/1000  91 %  2.0 s/step  ETA 3:00\n")
    }

    @Test func quietSaysNothingButWhatIsInsistedOn() {
        let bar = ProgressBar("x", total: 10, quiet: true, console: lines.console(isTerminal: true))
        lines.wait(60)
        bar.update(to: 5)
        bar.finish("done")
        #expect(lines.text.isEmpty)
        bar.say("Warning")
        #expect(lines.text == "Warning\n")
    }

    @Test(arguments: [(42.0, "0:42"), (2301, "38:21"), (7509, "2:05:09"), (59.7, "1:00")])
    func durations(seconds: Double, text: String) {
        #expect(ProgressBar.durationText(seconds) == text)
    }
}
