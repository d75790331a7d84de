import CKernels
import COneDNN
import Glibc

/// A small text file of the fastest kernels, for one kind of processor and one version of the libraries. Every choice
/// is written as soon as it is made, so that a process that was killed goes on with the same kernels. A file that
/// cannot be understood is ignored and written anew.
package struct AutotuneCache: Sendable {
    /// Raised whenever our own kernels change so much that old measurements mislead.
    private static let kernels = 2
    private static let title = "# The fastest kernels of convolutions, as measured. May be deleted at any time."

    private let folder: String
    private let machine: String

    package init(folder: String) {
        self.folder = folder
        machine = "# \(Self.processor), oneDNN \(onednn_version()), kernels \(Self.kernels)"
    }

    /// In `$XDG_CACHE_HOME/atelier` or `~/.cache/atelier`; nil where neither variable is set.
    package static var ofUser: AutotuneCache? {
        if let cache = variable("XDG_CACHE_HOME") { return AutotuneCache(folder: cache + "/atelier") }
        return variable("HOME").map { AutotuneCache(folder: $0 + "/.cache/atelier") }
    }

    package var path: String { "\(folder)/kernels-\(String(Self.hash(machine), radix: 16)).txt" }

    /// All choices in the file; nothing when there is none, or one of something else.
    package func read() -> [String: ConvolutionMethod] {
        guard let text = Self.contents(of: path) else { return [:] }
        let lines = text.split(separator: "\n")
        guard lines.starts(with: [Self.title[...], machine[...]]) else { return [:] }
        var choices: [String: ConvolutionMethod] = [:]
        for line in lines.dropFirst(2) {
            guard let separator = line.lastIndex(of: ":"),
                let method = ConvolutionMethod(rawValue: String(line[line.index(separator, offsetBy: 2)...]))
            else { return [:] }
            choices[String(line[..<separator])] = method
        }
        return choices
    }

    /// Writes one more choice beside those that other processes have written meanwhile, and returns what now holds:
    /// theirs if they were first.
    package func add(_ method: ConvolutionMethod, for question: String) -> ConvolutionMethod {
        var choices = read()
        if let theirs = choices[question] { return theirs }
        choices[question] = method
        let lines = choices.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.rawValue)" }
        write(([Self.title, machine] + lines).joined(separator: "\n") + "\n")
        return method
    }

    /// To a file of another name first, so that nobody reads half of it. What cannot be written is measured again.
    private func write(_ text: String) {
        var parent = ""
        for part in folder.split(separator: "/") {
            parent += (parent.isEmpty && !folder.hasPrefix("/") ? "" : "/") + part
            mkdir(parent, 0o755)
        }
        let temporary = "\(path).\(getpid())"
        guard let file = fopen(temporary, "w") else { return }
        let complete = fputs(text, file) >= 0
        let closed = fclose(file) == 0
        if !complete || !closed || rename(temporary, path) != 0 { unlink(temporary) }
    }

    private static func contents(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { break }
            bytes += block[..<count]
            if bytes.count > 1 << 24 { return nil }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Name, family and model: processors of one name may have different instructions.
    private static var processor: String {
        let fields = ["model name", "cpu family", "model"]
        var values = [String](repeating: "?", count: fields.count)
        for line in (contents(of: "/proc/cpuinfo") ?? "").split(separator: "\n").prefix(32) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let name = parts[0].split(separator: "\t").first else { continue }
            if let field = fields.firstIndex(of: String(name)), values[field] == "?" {
                values[field] = String(parts[1].drop { $0 == " " })
            }
        }
        return values.joined(separator: "/")
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
