import Files
import ImageFiles

/// Image files of a folder or of a zip archive, with labels from a list or from their folders, or without labels.
struct ListedDataset: ImageDataset {
    let path: String
    let layout: DatasetLayout
    let split: DatasetSplit
    let classNames: [String]
    let notes: [String]
    let channels: Int
    let imageSize: ImageSize?
    let typicalSize: ImageSize
    private let source: FileSource
    private let files: [String]
    private let labels: [Int]

    /// Images with the labels of a list.
    ///
    /// - Parameters:
    ///   - files: all images, relative to the top of the source.
    ///   - names: the names of numbered classes, if known.
    /// - Throws: ``DatasetError``.
    init(
        _ source: FileSource, files: [String], labels list: LabelList, names: [String]?, path: String,
        split: DatasetSplit
    ) throws {
        if list.isUnlabeled {
            try self.init(
                source, layout: .flatFolder, path: path, split: split, files: files, labels: [], classNames: [],
                notes: ["\(list.file) says that the images have no classes"])
            return
        }
        var byName = Dictionary(files.map { (LabelList.stem($0), $0) }, uniquingKeysWith: { first, _ in first })
        for file in files { byName[file] = file }
        var (labels, missing): ([String: String], [String]) = ([:], [])
        for (name, label) in list.entries {
            guard let file = byName[name] else {
                missing.append(name)
                continue
            }
            if let other = labels.updateValue(label, forKey: file), other != label {
                throw DatasetError.corrupt(file: list.file, reason: "\(name) has the labels \(other) and \(label)")
            }
        }
        let labeled = files.filter { labels[$0] != nil }
        guard !labeled.isEmpty else {
            throw DatasetError.corrupt(
                file: list.file,
                reason: "none of the files that it names is there, such as \(missing.first ?? "")")
        }
        let found = Set(labels.values).sorted(by: naturallyPrecedes)
        let numbers = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, $0) })
        var notes = ["labels are those of \(list.file)"]
        if !missing.isEmpty {
            notes.append("\(list.file) names \(counted(missing.count, "file")) not there, such as \(missing[0])")
        }
        if labeled.count < files.count {
            notes.append("\(counted(files.count - labeled.count, "image")) without a label in \(list.file): left out")
        }
        try self.init(
            source, layout: .labelList, path: path, split: split, files: labeled,
            labels: labeled.map { labels[$0].flatMap { numbers[$0] } ?? 0 }, classNames: Self.named(found, by: names),
            notes: notes)
    }

    init(
        _ source: FileSource, layout: DatasetLayout, path: String, split: DatasetSplit, files: [String], labels: [Int],
        classNames: [String], notes: [String] = []
    ) throws {
        let sample = try SampledForms(files.count) { try source.form(of: files[$0]) }
        guard let typical = sample.typicalSize else {
            throw DatasetError.empty(
                path: path, reason: "none of the \(files.count) image files that were tried can be read")
        }
        (self.path, self.layout, self.split, self.source) = (path, layout, split, source)
        (self.files, self.labels, self.classNames, self.notes) = (files, labels, classNames, notes)
        (channels, imageSize, typicalSize) = (sample.channels, sample.commonSize, typical)
    }

    /// The names of numbered classes, if there is one for each.
    private static func named(_ labels: [String], by names: [String]?) -> [String] {
        guard let names else { return labels }
        let numbers = labels.compactMap { Int($0) }
        guard numbers.count == labels.count, numbers.allSatisfy(names.indices.contains) else { return labels }
        return numbers.map { names[$0] }
    }

    var count: Int { files.count }
    func image(_ index: Int) throws -> Image { try source.image(files[index]) }
    func label(_ index: Int) -> Int { labels.isEmpty ? 0 : labels[index] }
    func name(_ index: Int) -> String { source.name(files[index]) }
    func byteCount(_ index: Int) -> Int { source.byteCount(files[index]) }
}

/// The forms of up to 128 images spread over a dataset, or, if none of those can be read, of the first readable one.
struct SampledForms {
    private let forms: [ImageForm]

    init(_ count: Int, _ form: (Int) throws -> ImageForm?) rethrows {
        let tried = min(count, 128)
        var forms = try (0..<tried).compactMap { try form($0 * count / tried) }
        var index = 0
        while forms.isEmpty, index < count {
            forms += [try form(index)].compactMap(\.self)
            index += 1
        }
        self.forms = forms
    }

    /// 1 if all are gray.
    var channels: Int { forms.allSatisfy(\.isGray) ? 1 : 3 }
    /// Nil if sizes differ.
    var commonSize: ImageSize? { Set(forms.map(\.size)).count == 1 ? forms[0].size : nil }
    /// Nil if none can be read.
    var typicalSize: ImageSize? { forms.isEmpty ? nil : forms.map(\.size).sorted()[forms.count / 2] }
}
