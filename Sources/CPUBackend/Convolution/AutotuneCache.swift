import CKernels
import COneDNN
import Files
import Glibc

/// A small text file with the fastest kernels, for one kind of processor and one version of the libraries. Every choice
/// is written at once, so that a killed process continues with the same kernels. A file that cannot be parsed is
/// ignored and replaced.
package struct AutotuneCache: Sendable {
    /// Incremented when our own kernels change so much that old measurements are misleading.
    private static let kernels = 2
    private static let title = "# The fastest kernels of convolutions, as measured. May be deleted at any time."

    private let folder: String
    private let machine: String

    package init(folder: String) {
        self.folder = folder
        machine = "# " + Self.description
    }

    /// The processor and the libraries whose choices it holds. Others may also round differently.
    package static var description: String { "\(processor), oneDNN \(onednn_version()), kernels \(kernels)" }

    /// In `$XDG_CACHE_HOME/atelier` or `~/.cache/atelier`; nil if neither variable is set.
    package static var ofUser: AutotuneCache? {
        if let cache = variable("XDG_CACHE_HOME") { return AutotuneCache(folder: cache + "/atelier") }
        return variable("HOME").map { AutotuneCache(folder: $0 + "/.cache/atelier") }
    }

    package var path: String { "\(folder)/kernels-\(String(stableHash(machine), radix: 16)).txt" }

    /// All choices in the file; empty if the file does not exist or is for another machine.
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

    /// Adds a choice to those that other processes have written, and returns the valid one: another process's choice if
    /// it was first.
    package func add(_ method: ConvolutionMethod, for question: String) -> ConvolutionMethod {
        var choices = read()
        if let theirs = choices[question] { return theirs }
        choices[question] = method
        let lines = choices.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.rawValue)" }
        write(([Self.title, machine] + lines).joined(separator: "\n") + "\n")
        return method
    }

    /// What cannot be written is measured again.
    private func write(_ text: String) {
        try? createFolders(folder)
        try? AtomicFile.write(text.utf8, to: path, .contents)
    }

    private static func contents(of path: String) -> String? {
        (try? InputFile(path).readAll(limit: 1 << 24)).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Name, family and model, because processors with one name may have different instructions.
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
}
