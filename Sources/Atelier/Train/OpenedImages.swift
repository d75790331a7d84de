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
    ///   - recorded: the record of a run that goes on.
    ///   - classes: of the network of such a run; empty if it knows none.
    /// - Throws: `TrainingError.differentData`, ``TrainingRequestError/differentClasses(path:recorded:found:)``.
    func open<Model>(
        _ choice: DataChoice, _ recorded: RunRecord<TrainingPlan<Model>>?, classes: (Model) -> [String]
    ) throws -> OpenedImages {
        let dataset = try choice.open()
        let record = DataRecord(dataset)
        // Another part of the images is another setting, which is refused by name before the first step.
        guard let recorded, recorded.configuration.data.hasSelection(of: choice) else {
            return OpenedImages(dataset: dataset, choice: choice, record: record)
        }
        try check(record, against: recorded.data)
        let classes = classes(recorded.configuration.model)
        guard !classes.isEmpty, classes != dataset.classNames else {
            return OpenedImages(dataset: dataset, choice: choice, record: record)
        }
        // The images of a run may have other classes only if that was asked for, now or earlier.
        guard replacesData || recorded.data != nil, let matched = matching(classes, dataset.classNames) else {
            throw TrainingRequestError.differentClasses(
                path: dataset.path, recorded: classes, found: dataset.classNames)
        }
        var matching = choice
        matching.classes = matched
        return OpenedImages(dataset: try matching.open(), choice: matching, record: record)
    }

    /// For each class of a network, the class of the images: the one of the same name, or the only one that is left.
    /// Nil if there is none.
    private func matching(_ classes: [String], _ found: [String]) -> [String]? {
        let missing = classes.filter { !found.contains($0) }
        if missing.isEmpty { return classes }
        let left = found.filter { !classes.contains($0) }
        guard missing.count == 1, left.count == 1 else { return nil }
        return classes.map { $0 == missing[0] ? left[0] : $0 }
    }
}
