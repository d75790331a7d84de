import Foundation
import Glibc

/// Where words for the person at the keyboard go: the standard error stream, so that results on the standard output
/// can be piped on.
public struct Console: Sendable {
    /// Whether lines can be drawn over.
    package let isTerminal: Bool
    /// Columns of the terminal.
    package let width: @Sendable () -> Int
    /// Writes text as it is.
    package let write: @Sendable (String) -> Void
    /// Seconds of a clock that never goes back.
    package let now: @Sendable () -> Double

    package init(
        isTerminal: Bool, width: @escaping @Sendable () -> Int = { 80 },
        now: @escaping @Sendable () -> Double = Console.uptime, write: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.width = width
        self.now = now
        self.write = write
    }

    /// The standard error stream.
    public static let standardError = Console(
        isTerminal: isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb",
        width: { terminalWidth(STDERR_FILENO) }
    ) { text in
        // What nobody reads any more is no reason to stop working.
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno != EINTR { return }
            rest = rest.dropFirst(max(count, 0))
        }
    }

    /// Nowhere.
    public static let silent = Console(isTerminal: false) { _ in }

    /// Writes a line.
    public func line(_ text: String) { write(text + "\n") }

    package static func uptime() -> Double { ProcessInfo.processInfo.systemUptime }

    private static func terminalWidth(_ descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
