import Dispatch
import Files
import ImageFiles
import Synchronization

/// Examines every image of a dataset: reports what it is, which images are broken, which occur twice, and which are
/// odd.
public enum DataCheck {
    /// - Parameters:
    ///   - path: as for `DatasetReader.open`; if there are two parts, both are examined.
    ///   - options: what to look for.
    ///   - progress: called from several threads with the number of examined images and the total.
    /// - Throws: ``DatasetError`` if the path holds no dataset. Broken images are part of the report.
    public static func run(
        path: String, options: DataCheckOptions = DataCheckOptions(),
        progress: (@Sendable (Int, Int) -> Void)? = nil
    ) throws -> DataReport {
        let (sets, problems) = try open(path)
        let total = sets.reduce(0) { $0 + $1.count }
        var images: [LookedAt] = []
        for set in sets {
            let done = images.count
            images += look(at: set, options) { progress?(done + $0, total) }
        }
        return report(sets, images, problems, options)
    }

    private static func open(_ path: String) throws -> (sets: [any ImageDataset], problems: [String]) {
        var sets: [any ImageDataset] = []
        var problems: [String] = []
        var first: (any Error)?
        for split in DatasetSplit.allCases {
            do {
                let set = try DatasetReader.open(path, options: DatasetOptions(split: split))
                // A single file is the same for either part.
                if sets.contains(where: { $0.split == set.split }) { continue }
                sets.append(set)
            } catch DatasetError.missingSplit(let path, let split, let found) {
                first = first ?? DatasetError.missingSplit(path: path, split: split, found: found)
            } catch {
                if sets.isEmpty { throw error }
                problems.append("the \(split.rawValue) split cannot be opened: \(error)")
            }
        }
        if let first, sets.isEmpty { throw first }
        return (sets, problems)
    }

    private static func look(
        at set: any ImageDataset, _ options: DataCheckOptions, progress: @Sendable (Int) -> Void
    ) -> [LookedAt] {
        let found = Mutex([LookedAt?](repeating: nil, count: set.count))
        let done = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: set.count) { index in
            let result = Result { ImageFacts(try set.image(index), coarse: options.nearDuplicates) }
            let image = LookedAt(
                name: set.name(index), split: set.split, label: set.isLabeled ? set.label(index) : nil,
                result: result)
            found.withLock { $0[index] = image }
            progress(done.wrappingAdd(1, ordering: .relaxed).newValue)
        }
        return found.withLock { $0 }.compactMap { $0 }
    }

    private static func report(
        _ sets: [any ImageDataset], _ images: [LookedAt], _ problems: [String], _ options: DataCheckOptions
    ) -> DataReport {
        let set = sets[0]
        let readable = images.compactMap { image in image.facts.map { (image, $0) } }
        let broken = images.compactMap { image -> DataReport.Finding? in
            guard case .failure(let error) = image.result else { return nil }
            return DataReport.Finding(
                name: image.name, reason: (error as? ImageError).map(\.explanation) ?? "\(error)")
        }
        let size = set.suggestedSize
        let near = options.nearDuplicates ? Similarity.nearGroups(readable) : nil
        var warnings = problems + sets.flatMap(\.notes)
        if options.nearDuplicates && near == nil {
            warnings.append("near duplicates are searched only in datasets of up to \(Similarity.limit) images")
        }
        var report = DataReport(
            path: set.path, layout: set.layout, classNames: set.classNames,
            parts: sets.map { DataReport.Part(split: $0.split, count: $0.count, classCounts: $0.classCounts) },
            sizes: shares(readable.map(\.1.size.description)), modes: shares(readable.map(\.1.mode)),
            broken: broken, duplicates: Similarity.exactGroups(readable), nearDuplicates: near,
            odd: oddities(readable), warnings: warnings,
            suggestion: DataReport.Suggestion(
                size: size, channels: set.channels, fit: Fit.automatic(for: set, size: size)))
        report.warnings += output(of: report, set)
        return report
    }

    private static func shares(_ names: [String]) -> [DataReport.Share] {
        var counts: [String: Int] = [:]
        for name in names { counts[name, default: 0] += 1 }
        return counts.map { DataReport.Share(name: $0.key, count: $0.value) }
            .sorted { $0.count != $1.count ? $0.count > $1.count : naturallyPrecedes($0.name, $1.name) }
    }

    private static func oddities(_ images: [(LookedAt, ImageFacts)]) -> [DataReport.Finding] {
        let sides = images.map { min($0.1.size.width, $0.1.size.height) }.sorted()
        let typical = sides.isEmpty ? 0 : sides[sides.count / 2]
        let usual = shares(images.map(\.1.mode)).first?.name
        let minority = images.count / 10
        let modes = Dictionary(grouping: images, by: \.1.mode).mapValues(\.count)
        return images.compactMap { image, facts in
            let (width, height) = (facts.size.width, facts.size.height)
            var reasons: [String] = []
            if facts.isBlank { reasons.append("blank: all pixels are the same") }
            if max(width, height) > 3 * min(width, height) { reasons.append("very long: \(facts.size)") }
            if min(width, height) * 4 < typical { reasons.append("tiny: \(facts.size)") }
            if facts.isTransparent { reasons.append("partly transparent") }
            if facts.mode != usual, modes[facts.mode, default: 0] <= minority {
                reasons.append("\(facts.mode), unlike most")
            }
            if reasons.isEmpty { return nil }
            return DataReport.Finding(name: image.name, reason: reasons.joined(separator: "; "))
        }
    }

    private static func output(of report: DataReport, _ set: any ImageDataset) -> [String] {
        var warnings: [String] = []
        if let training = report.parts.first, training.classCounts.count > 1,
            let least = training.classCounts.indices.min(by: { training.classCounts[$0] < training.classCounts[$1] }),
            let most = training.classCounts.indices.max(by: { training.classCounts[$0] < training.classCounts[$1] }),
            training.classCounts[most] > 3 * training.classCounts[least]
        {
            warnings.append(
                "classes are uneven: \(training.classCounts[most]) of \(set.classNames[most]), "
                    + "\(training.classCounts[least]) of \(set.classNames[least]); "
                    + "the rare ones will be learned poorly")
        }
        if report.count - report.broken.count < 500 {
            warnings.append("few images: use --arch fastgan or --augment, or the discriminator will memorize them")
        }
        let leaks = report.duplicates.filter(\.splitsDiffer).count
        if leaks > 0 {
            warnings.append("\(leaks) \(leaks == 1 ? "image is" : "images are") in the training and the test part")
        }
        let torn = report.duplicates.filter(\.classesDiffer).count
        if torn > 0 { warnings.append("\(torn) \(torn == 1 ? "image has" : "images have") more than one class") }
        return warnings
    }
}

/// An image and the result of its examination.
struct LookedAt: Sendable {
    let name: String
    let split: DatasetSplit
    let label: Int?
    let result: Result<ImageFacts, any Error>

    var facts: ImageFacts? { try? result.get() }
}

extension ImageError {
    /// The kind of failure and its reason, without the name of the file.
    fileprivate var explanation: String {
        let text = description
        return text.hasPrefix(file + ": ") ? String(text.dropFirst(file.count + 2)) : text
    }
}
