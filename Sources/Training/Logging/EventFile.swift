import Files
import Foundation

/// A file of scalars and images that TensorBoard reads: records of protocol buffer messages, each with the masked
/// checksums of its length and of its content.
package final class EventFile {
    private let file: AppendingFile
    private let now: () -> Double

    /// Starts a new event file in a folder.
    ///
    /// - Parameters:
    ///   - firstStep: the first step in this file; it replaces what earlier files in the folder contain for this and
    ///     later steps.
    ///   - now: the time in seconds since 1970.
    /// - Throws: `FileWriteError`.
    package init(
        in folder: String, firstStep: Int = 1, now: @escaping () -> Double = { Date().timeIntervalSince1970 }
    ) throws {
        self.now = now
        let existing = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let number = existing.count { $0.hasPrefix(Self.prefix) }
        // TensorBoard reads the files in a folder in the order of their names.
        let name = Self.prefix + String(format: "%010d.%@.%05d", Int(now()), Self.host, number)
        file = try AppendingFile(folder + "/" + name)
        try write { event in event.string(3, "brain.Event:2") }
        try write { event in
            event.integer(2, firstStep)
            event.message(7) { $0.integer(1, 1) }
        }
        try file.flush()
    }

    package static let prefix = "events.out.tfevents."

    private static var host: String {
        let name = ProcessInfo.processInfo.hostName.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return name.isEmpty ? "localhost" : name
    }

    /// Adds numbers of a step under their tags; a slash in a tag makes a group.
    package func add(_ scalars: [(tag: String, value: Double)], step: Int) throws {
        guard !scalars.isEmpty else { return }
        try write { event in
            event.integer(2, step)
            event.message(5) { summary in
                for (tag, value) in scalars {
                    summary.message(1) { entry in
                        entry.string(1, tag)
                        entry.float(2, Float(value))
                    }
                }
            }
        }
    }

    /// Adds an image of a step.
    ///
    /// - Parameters:
    ///   - png: a whole PNG file.
    ///   - channels: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA.
    package func add(png: [UInt8], width: Int, height: Int, channels: Int, tag: String, step: Int) throws {
        try write { event in
            event.integer(2, step)
            event.message(5) { summary in
                summary.message(1) { entry in
                    entry.string(1, tag)
                    entry.message(4) { image in
                        image.integer(1, height)
                        image.integer(2, width)
                        image.integer(3, channels)
                        image.bytes(4, png)
                    }
                }
            }
        }
    }

    /// Writes the buffer to the operating system.
    package func flush() throws { try file.flush() }

    private func write(_ build: (inout ProtobufWriter) -> Void) throws {
        var event = ProtobufWriter()
        event.double(1, now())
        build(&event)
        try file.append(Self.record(event.bytes))
    }

    package static func record(_ content: [UInt8]) -> [UInt8] {
        func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
        }
        let length = littleEndian(UInt64(content.count))
        return length + littleEndian(CRC32C.masked(length)) + content + littleEndian(CRC32C.masked(content))
    }
}
