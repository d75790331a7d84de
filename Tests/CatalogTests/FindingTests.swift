import Catalog
import Foundation
import TensorCore
import Testing
import Training

/// Models by name, by path and by run folder.
@Suite struct FindingTests {
    private let shelf: ModelShelf

    init() throws {
        shelf = try ModelShelf()
        try shelf.add(ModelShelf.gan, to: "plain-gan")
        try shelf.add(ModelShelf.cgan, to: "shoes", name: "shoes-cgan")
        try shelf.add(ModelShelf.classifier, to: "judge")
        try FileManager.default.createDirectory(atPath: shelf.path + "/notes", withIntermediateDirectories: true)
    }

    @Test func theListHasTheModelsAndNothingElse() throws {
        let models = Catalog.list(in: [shelf.path])
        #expect(models.map(\.name) == ["judge", "plain-gan", "shoes-cgan"])
        #expect(models.map(\.kind) == ["classifier", "gan", "cgan"])
        #expect(Catalog.list(in: ["/nowhere/at/all"]).isEmpty)
    }

    @Test func modelFoldersSayWhatTheyAre() throws {
        let model = try Catalog.find("shoes", in: [shelf.path])
        #expect(model.name == "shoes-cgan" && model.kind == "cgan")
        #expect(model.description == "A small one" && model.license == "Apache-2.0")
        #expect(model.classNames == ["boot", "bag"] && model.latentSize == 4)
        #expect(model.image == ModelShelf.cgan.image && model.provenance == ["steps": "0"])
        let file = try FileManager.default.attributesOfItem(atPath: model.path + "/model.safetensors")
        #expect(model.weightBytes > 0 && model.weightBytes == file[.size] as? Int)
    }

    @Test func modelsAreFoundByFolderByNameAndByPath() throws {
        for name in ["shoes", "shoes-cgan", shelf.path + "/shoes", shelf.path + "/shoes/"] {
            #expect(try Catalog.find(name, in: [shelf.path]).name == "shoes-cgan", "\(name)")
        }
        #expect(throws: CatalogError.self) { try Catalog.find("shoes", in: []) }
        #expect(try Catalog.find(shelf.path + "/judge", in: []).kind == "classifier")
    }

    @Test func theFirstFolderOnThePathWins() throws {
        let other = try ModelShelf()
        try other.add(ModelShelf.classifier, to: "plain-gan")
        let path = [other.path, shelf.path]
        #expect(try Catalog.find("plain-gan", in: path).kind == "classifier")
        #expect(Catalog.list(in: path).filter { $0.name == "plain-gan" }.map(\.kind) == ["classifier"])
        #expect(Catalog.list(in: path).count == 3)
    }

    @Test func aRunStandsForTheModelItExported() throws {
        try shelf.add(ModelShelf.gan, to: "run-7/model", name: "exported")
        #expect(try Catalog.find(shelf.path + "/run-7", in: []).name == "exported")
    }

    @Test func anUnknownNameListsTheKnownOnes() throws {
        let error = #expect(throws: CatalogError.self) { try Catalog.find("shos", in: [self.shelf.path]) }
        let text = try #require(error).description
        #expect(text.contains("\"shos\"") && text.contains("judge, plain-gan, shoes-cgan"))
        let none = #expect(throws: CatalogError.self) { try Catalog.find("shos", in: ["/nowhere/at/all"]) }
        #expect(try #require(none).description.contains("/nowhere/at/all"))
        #expect(throws: CatalogError.self) { try Catalog.find("", in: [self.shelf.path]) }
    }

    @Test func aFolderWithoutAModelIsSaidToHaveNone() throws {
        let error = #expect(throws: CatalogError.self) { try Catalog.find(self.shelf.path + "/notes", in: []) }
        let text = try #require(error).description
        #expect(text.contains("/notes is not a model folder") && text.contains("config.json and model.safetensors"))
        let named = #expect(throws: CatalogError.self) { try Catalog.find("notes", in: [self.shelf.path]) }
        #expect(try #require(named).description.contains("/notes is not a model folder"))
    }

    @Test func everyFolderSearchedExistsAndIsNamedOnce() {
        let folders = Catalog.searchPath
        #expect(Set(folders).count == folders.count)
        for folder in folders { #expect(FileManager.default.fileExists(atPath: folder)) }
    }
}
