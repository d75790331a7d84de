import Catalog

/// A model: a name on the shelves, a model's or a run's folder, or a file that another program wrote.
public struct Model: Sendable {
    /// What it is called, also in files that it makes.
    public let name: String
    let place: String

    /// Finds a model.
    ///
    /// - Throws: `CatalogError` when there is none, `ForeignWeightsError` for a file that cannot be read.
    public static func load(_ nameOrPath: String) throws -> Model {
        if ForeignModel.isFile(nameOrPath) {
            return Model(name: try ForeignModel(path: nameOrPath).name, place: nameOrPath)
        }
        return Model(name: try Catalog.find(nameOrPath).name, place: nameOrPath)
    }
}
