import Files

/// What the name of a film says.
package enum FilmName {
    /// Whether a file is taken for a film, judging by its ending.
    package static func isFilm(_ path: String) -> Bool { endings.contains(split(path).name.fileEnding) }

    /// The ending of the result for a film: its own, if it is written, otherwise that of Matroska, which holds
    /// everything.
    static func resultEnding(for path: String) -> String {
        let own = split(path).name.fileEnding
        return written.contains(own) ? own : "mkv"
    }

    /// Whether a result can have that name.
    static func isWritten(_ path: String) -> Bool { written.contains(split(path).name.fileEnding) }

    /// The endings of films that are written, in words.
    package static let writtenEndings = ".mp4, .mov, .mkv or .webm"

    private static let written: Set<String> = ["mp4", "m4v", "mov", "mkv", "webm"]

    private static let endings: Set<String> = written.union([
        "avi", "mpg", "mpeg", "m2v", "vob", "m2ts", "mts", "wmv", "asf", "flv", "ogv", "3gp", "3g2", "mxf", "y4m", "dv",
    ])
}

extension String {
    /// What follows the last dot of a file's name, in lower case; empty if there is none.
    package var fileEnding: String {
        guard let dot = utf8.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return String(decoding: utf8[utf8.index(after: dot)...], as: UTF8.self).lowercased()
    }
}
