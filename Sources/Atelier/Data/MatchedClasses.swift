import ImageData

/// The classes of a generator, or of a set of generated images, that have the names of the classes of a dataset.
struct MatchedClasses: Equatable {
    /// For each class of the dataset, the label of the class of the same name.
    let labels: [Int]

    /// Finds classes by their names. Case, spaces and punctuation do not matter, unless two classes differ in nothing
    /// else.
    ///
    /// - Parameters:
    ///   - wanted: the classes of the dataset.
    ///   - known: the classes of the generator; it may know others, too.
    ///   - data: the name of the dataset in messages.
    ///   - model: the name of the generator in messages.
    /// - Throws: ``RequestError`` when the dataset has no classes, or one that the generator does not know.
    init(_ wanted: [String], in data: String, among known: [String], of model: String) throws {
        guard !wanted.isEmpty else {
            throw RequestError("\(data) has no classes: one folder of images for each class is needed.")
        }
        guard !known.isEmpty else {
            throw RequestError("\(model) knows no classes: only a class-conditional model makes labeled images.")
        }
        func label(_ name: String) -> Int? {
            if let exact = known.firstIndex(of: name) { return exact }
            let alike = known.indices.filter { looseName(known[$0]) == looseName(name) }
            return alike.count == 1 ? alike[0] : nil
        }
        let found = wanted.map(label)
        guard Set(found.compactMap { $0 }).count == wanted.count else {
            throw RequestError(
                """
                The images and the model have different classes.
                  \(data): \(wanted.joined(separator: ", "))
                  \(model): \(known.joined(separator: ", "))
                """)
        }
        labels = found.compactMap { $0 }
    }
}
