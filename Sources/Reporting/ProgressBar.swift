import Foundation
import Synchronization

/// Shows the progress of a long job: a bar on a terminal, and a line every ten seconds elsewhere.
///
/// Shows nothing during the first second, so that short jobs stay silent. Any thread may update it.
///
///     let bar = ProgressBar("generating", total: 500, unit: "images")
///     for i in 1...500 { …; bar.update(to: i) }
///     bar.finish()
package final class ProgressBar: Sendable {
    private struct State {
        var count: Int
        var total: Int
        var note = ""
        var lastShown: Double?
        /// The number of drawn characters.
        var drawn = 0
        var meter: RateMeter
    }

    private let title: String
    private let unit: String
    private let console: Console
    private let quiet: Bool
    private let firstCount: Int
    private let start: Double
    private let state: Mutex<State>

    /// - Parameters:
    ///   - total: the count at which the job is done.
    ///   - start: the count at the start; the rate does not include it.
    ///   - unit: what is counted, in the plural.
    ///   - quiet: shows nothing.
    package init(
        _ title: String, total: Int, startingAt start: Int = 0, unit: String = "steps", quiet: Bool = false,
        console: Console = .standardError
    ) {
        self.title = title
        self.unit = unit
        self.console = console
        self.quiet = quiet
        firstCount = start
        let now = console.now()
        self.start = now
        state = Mutex(State(count: start, total: total, meter: RateMeter(count: start, now: now)))
    }

    /// Adds one to the count.
    package func advance(note: String? = nil) { move(note: note) { $0 + 1 } }

    /// Sets the count.
    ///
    /// - Parameter total: the count at which the job is done, if that has changed.
    package func update(to count: Int, of total: Int? = nil, note: String? = nil) {
        move(of: total, note: note) { _ in count }
    }

    private func move(of total: Int? = nil, note: String?, _ next: (Int) -> Int) {
        state.withLock { state in
            state.total = total ?? state.total
            state.count = next(state.count)
            if let note { state.note = note }
            let now = console.now()
            state.meter.update(state.count, now: now)
            guard !quiet, now - start >= 1 else { return }
            let interval = console.isTerminal ? 0.1 : 10
            guard state.lastShown.map({ now - $0 >= interval }) ?? (console.isTerminal || now - start >= interval)
            else { return }
            state.lastShown = now
            show(&state, now: now)
        }
    }

    /// Writes a line above the bar.
    package func say(_ line: String) {
        state.withLock { state in
            erase(&state)
            console.line(line)
        }
    }

    /// Shows the bar as it stands, whenever it was shown last.
    package func showNow() {
        guard !quiet else { return }
        state.withLock { state in
            let now = console.now()
            state.lastShown = now
            show(&state, now: now)
        }
    }

    /// Removes the bar and prints a final line, if given.
    package func finish(_ line: String? = nil) {
        state.withLock { state in
            erase(&state)
            if let line, !quiet { console.line(line) }
        }
    }

    private func erase(_ state: inout State) {
        guard state.drawn > 0 else { return }
        console.redraw("", over: state.drawn)
        state.drawn = 0
    }

    private func show(_ state: inout State, now: Double) {
        let (rate, total) = (state.meter.rate(state.count, now: now), state.total)
        let left = rate > 0 ? Double(max(total - state.count, 0)) / rate : nil
        let share = total > 0 ? min(max(Double(state.count) / Double(total), 0), 1) : 1
        var parts = ["\(state.count)/\(total)", String(format: "%.0f %%", (share * 100).rounded(.down))]
        if state.count > firstCount { parts.append(Self.rateText(rate, unit: unit)) }
        if let left, state.count > firstCount { parts.append("ETA " + Self.durationText(left)) }
        if !state.note.isEmpty { parts.append(state.note) }
        guard console.isTerminal else { return console.line(title + " " + parts.joined(separator: "  ")) }
        let text = parts.joined(separator: "  ")
        let room = console.width() - 1
        let barWidth = min(24, room - title.count - text.count - 4)
        var line = title + " "
        if barWidth >= 4 {
            let eighths = Int((share * Double(barWidth * 8)).rounded(.down))
            let full = String(repeating: "█", count: eighths / 8)
            let partial = eighths % 8 == 0 ? "" : String(Array("▏▎▍▌▋▊▉")[eighths % 8 - 1])
            let bar = full + partial
            line += "▕" + bar + String(repeating: " ", count: barWidth - bar.count) + "▏ "
        }
        let shown = String((line + text).prefix(room))
        console.redraw(shown, over: state.drawn)
        state.drawn = shown.count
    }

    /// `4.6 steps/s`, or the seconds for one step when the rate is below one per second.
    package static func rateText(_ rate: Double, unit: String) -> String {
        if rate >= 100 { return String(format: "%.0f", rate.rounded()) + " \(unit)/s" }
        if rate >= 1 || rate <= 0 { return String(format: "%.1f", rate) + " \(unit)/s" }
        return String(format: "%.1f", 1 / rate) + " s/\(unit.hasSuffix("s") ? String(unit.dropLast()) : unit)"
    }

    /// `0:42`, `38:21`, `2:05:09`.
    package static func durationText(_ seconds: Double) -> String {
        let whole = seconds > 0 ? Int(min(seconds.rounded(), 1e9)) : 0
        return whole >= 3600
            ? String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
            : String(format: "%d:%02d", whole / 60, whole % 60)
    }
}
