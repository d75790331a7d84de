import BatchPipeline
import Glibc
import Reporting

/// The standard output of commands that may write an image there. Lines then go to standard error.
enum StandardOutput {
    /// - Throws: ``UsageError`` when an image would go to a terminal.
    static func check() throws {
        if isatty(STDOUT_FILENO) == 1 {
            throw UsageError(
                "An image cannot be shown in a terminal: send it to a file (> image.png) or to a program (|).")
        }
    }

    /// Prints a line.
    ///
    /// - Parameter isTaken: whether the standard output is for an image.
    static func line(_ words: String, isTaken: Bool) {
        if isTaken { Console.standardError.line(words) } else { print(words) }
    }
}
