import Foundation
import Glibc

/// The output for messages to the user: standard error, so that results on standard output can be piped.
package struct Console: Sendable {
    /// Whether the output is a terminal, where lines can be redrawn.
    package let isTerminal: Bool
    /// Whether lines are redrawn with escape sequences, otherwise with spaces.
    package let usesEscapes: Bool
    /// Columns of the terminal.
    package let width: @Sendable () -> Int
    /// Writes text as it is.
    package let write: @Sendable (String) -> Void
    /// Seconds of a clock that never goes back.
    package let now: @Sendable () -> Double

    /// - Parameter environment: environment variables of the user. A terminal with `TERM=dumb` does not count as a
    ///   terminal. If `NO_COLOR` is set and not empty, no escape sequences are written.
    package init(
        isTerminal: Bool, environment: [String: String] = [:], width: @escaping @Sendable () -> Int = { 80 },
        now: @escaping @Sendable () -> Double = Console.uptime, write: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal && environment["TERM"] != "dumb"
        usesEscapes = (environment["NO_COLOR"] ?? "").isEmpty
        self.width = width
        self.now = now
        self.write = write
    }

    /// The standard error stream.
    package static let standardError = Console(
        isTerminal: isatty(STDERR_FILENO) == 1, environment: ProcessInfo.processInfo.environment,
        width: { terminalWidth(STDERR_FILENO) }, write: writeToStandardError)

    /// Discards all output.
    package static let silent = Console(isTerminal: false) { _ in }

    /// Writes a line.
    package func line(_ text: String) { write(text + "\n") }

    /// Replaces the last drawn line, which has this many characters.
    package func redraw(_ text: String, over drawn: Int) {
        if usesEscapes { return write("\r" + text + "\u{1B}[K") }
        let blank = String(repeating: " ", count: max(drawn - text.count, 0))
        write("\r" + text + blank + (text.isEmpty ? "\r" : ""))
    }

    /// If the reader of the stream is gone, the program continues.
    private static func writeToStandardError(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { return }
            rest = rest.dropFirst(max(count, 0))
        }
    }

    package static func uptime() -> Double { ProcessInfo.processInfo.systemUptime }

    private static func terminalWidth(_ descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
