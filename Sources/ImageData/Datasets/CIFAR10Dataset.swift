import Files
import ImageFiles

/// The binary version of CIFAR-10 (Krizhevsky 2009): records of a label and 32×32 pixels in planes of red, green and
/// blue.
struct CIFAR10Dataset: ImageDataset {
    let path: String
    let split: DatasetSplit
    let classNames: [String]
    private let batches: [(file: String, bytes: [UInt8])]
    /// How many images come before each batch, and the total.
    private let starts: [Int]

    private static let side = 32
    private static let record = 1 + 3 * side * side

    init(_ listing: FolderListing, path: String, split: DatasetSplit) throws {
        self.path = path
        self.split = split
        if listing.files.contains("batches.meta.txt") {
            let text = try InputFile(listing.path(of: "batches.meta.txt")).readAll(limit: 1 << 20)
            classNames = KnownClassNames.parse(String(decoding: text, as: UTF8.self))
        } else {
            classNames = KnownClassNames.cifar10
        }
        batches = try Self.files(of: split, among: listing.files).map { name in
            let file = listing.path(of: name)
            return (file, try InputFile(file).readAll(limit: 4 << 30))
        }
        var starts = [0]
        for (file, bytes) in batches {
            guard !bytes.isEmpty, bytes.count % Self.record == 0 else {
                throw DatasetError.corrupt(
                    file: file, reason: "\(bytes.count) bytes are not a whole number of records of \(Self.record) bytes"
                )
            }
            let records = bytes.count / Self.record
            for record in 0..<records where Int(bytes[record * Self.record]) >= classNames.count {
                throw DatasetError.corrupt(
                    file: file,
                    reason: "record \(record) has label \(bytes[record * Self.record]), but there are "
                        + "\(classNames.count) classes")
            }
            starts.append(starts[starts.count - 1] + records)
        }
        self.starts = starts
    }

    static func files(of split: DatasetSplit, among names: [String]) -> [String] {
        switch split {
        case .train: names.filter { $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin") }
        case .test: names.filter { $0 == "test_batch.bin" }
        }
    }

    var layout: DatasetLayout { .cifar10 }
    var count: Int { starts[starts.count - 1] }
    var channels: Int { 3 }
    var imageSize: ImageSize? { typicalSize }
    var typicalSize: ImageSize { ImageSize(width: Self.side, height: Self.side) }
    var notes: [String] { [] }

    private func place(_ index: Int) -> (batch: Int, record: Int) {
        let batch = starts.indices.last { starts[$0] <= index && $0 < batches.count } ?? 0
        return (batch, index - starts[batch])
    }

    func image(_ index: Int) -> Image {
        let (batch, record) = place(index)
        let area = Self.side * Self.side
        let start = record * Self.record + 1
        let pixels = [UInt8](unsafeUninitializedCapacity: 3 * area) { buffer, count in
            batches[batch].bytes.withUnsafeBufferPointer { source in
                for pixel in 0..<area {
                    for channel in 0..<3 {
                        buffer[pixel * 3 + channel] = source[start + channel * area + pixel]
                    }
                }
            }
            count = 3 * area
        }
        return Image(width: Self.side, height: Self.side, channels: 3, samples8: pixels)
    }

    func label(_ index: Int) -> Int {
        let (batch, record) = place(index)
        return Int(batches[batch].bytes[record * Self.record])
    }

    func name(_ index: Int) -> String {
        let (batch, record) = place(index)
        return "\(batches[batch].file) #\(record)"
    }

    func byteCount(_ index: Int) -> Int { batches[place(index).batch].bytes.count }
}
