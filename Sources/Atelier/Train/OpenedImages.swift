import ImageData

/// The images of a training, with the labels that its network knows.
struct OpenedImages {
    let dataset: any ImageDataset
    /// What opens them in this form.
    let choice: DataChoice
    /// What the run records of them.
    let record: DataRecord
}

extension TrainingSession {
    /// Opens the images of a new run, or of one that goes on: then they must be those of the run, unless a change of
    /// the images was asked for. Other images get the labels of the network's classes.
    ///
    /// - Parameters:
    ///   - recorded: the recorded images; nil for a new run and for one of version 0.1.
    ///   - classes: of the network; empty if it knows none, nil for a new run.
    /// - Throws: `TrainingError.differentData`, ``TrainingRequestError/differentClasses(path:recorded:found:)``.
    func open(_ choice: DataChoice, _ recorded: DataRecord?, classes: [String]?) throws -> OpenedImages {
        let dataset = try choice.open()
        let record = DataRecord(dataset)
        try check(record, against: recorded)
        guard let classes, !classes.isEmpty, classes != dataset.classNames else {
            return OpenedImages(dataset: dataset, choice: choice, record: record)
        }
        // The images of a run may have other classes only if that was asked for, now or earlier.
        guard replacesData || recorded != nil, let matched = matching(classes, dataset.classNames) else {
            throw TrainingRequestError.differentClasses(
                path: dataset.path, recorded: classes, found: dataset.classNames)
        }
        var matching = choice
        matching.classes = matched
        return OpenedImages(dataset: try matching.open(), choice: matching, record: record)
    }

    /// For each class of a network, the class of the images: the one of the same name, or the only one that is left. Nil
    /// if there is none.
    private func matching(_ classes: [String], _ found: [String]) -> [String]? {
        let missing = classes.filter { !found.contains($0) }
        if missing.isEmpty { return classes }
        let left = found.filter { !classes.contains($0) }
        guard missing.count == 1, left.count == 1 else { return nil }
        return classes.map { $0 == missing[0] ? left[0] : $0 }
    }
}
