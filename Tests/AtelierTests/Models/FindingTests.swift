import Atelier
import Foundation
import Models
import TensorCore
import Testing

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
        let models = ModelStore([shelf.path]).models
        #expect(models.map(\.name) == ["judge", "plain-gan", "shoes-cgan"])
        #expect(models.map(\.kind) == ["classifier", "gan", "cgan"])
        #expect(ModelStore(["/nowhere/at/all"]).models.isEmpty)
    }

    @Test func modelFoldersSayWhatTheyAre() throws {
        let model = try ModelStore([shelf.path]).find("shoes")
        #expect(model.name == "shoes-cgan" && model.kind == "cgan")
        #expect(model.description == "A small one" && model.license == "Apache-2.0")
        #expect(model.classNames == ["boot", "bag"] && model.latentSize == 4)
        #expect(model.image == ModelShelf.cgan.image && model.provenance == ["steps": "0"])
        let file = try FileManager.default.attributesOfItem(atPath: model.path + "/model.safetensors")
        #expect(model.weightBytes > 0 && model.weightBytes == file[.size] as? Int)
    }

    @Test func modelsAreFoundByFolderByNameAndByPath() throws {
        for name in ["shoes", "shoes-cgan", shelf.path + "/shoes", shelf.path + "/shoes/"] {
            #expect(try ModelStore([shelf.path]).find(name).name == "shoes-cgan", "\(name)")
        }
        #expect(throws: ModelError.self) { try ModelStore([]).find("shoes") }
        #expect(try ModelStore([]).find(shelf.path + "/judge").kind == "classifier")
    }

    @Test func theFirstFolderOnThePathWins() throws {
        let other = try ModelShelf()
        try other.add(ModelShelf.classifier, to: "plain-gan")
        let path = [other.path, shelf.path]
        #expect(try ModelStore(path).find("plain-gan").kind == "classifier")
        #expect(ModelStore(path).models.filter { $0.name == "plain-gan" }.map(\.kind) == ["classifier"])
        #expect(ModelStore(path).models.count == 3)
    }

    @Test func aRunStandsForTheModelItExported() throws {
        try shelf.add(ModelShelf.gan, to: "run-7/model", name: "exported")
        #expect(try ModelStore([]).find(shelf.path + "/run-7").name == "exported")
    }

    @Test func anUnknownNameListsTheKnownOnes() throws {
        let error = #expect(throws: ModelError.self) { try ModelStore([self.shelf.path]).find("shos") }
        let text = try #require(error).description
        #expect(text.contains("\"shos\"") && text.contains("judge, plain-gan, shoes-cgan"))
        let none = #expect(throws: ModelError.self) { try ModelStore(["/nowhere/at/all"]).find("shos") }
        #expect(try #require(none).description.contains("/nowhere/at/all"))
        #expect(throws: ModelError.self) { try ModelStore([self.shelf.path]).find("") }
    }

    @Test func aFolderWithoutAModelIsSaidToHaveNone() throws {
        let error = #expect(throws: ModelError.self) { try ModelStore([]).find(self.shelf.path + "/notes") }
        let text = try #require(error).description
        #expect(text.contains("/notes is not a model folder") && text.contains("config.json and model.safetensors"))
        let named = #expect(throws: ModelError.self) { try ModelStore([self.shelf.path]).find("notes") }
        #expect(try #require(named).description.contains("/notes is not a model folder"))
    }

    @Test func everyFolderSearchedExistsAndIsNamedOnce() {
        let folders = ModelStore.usualFolders
        #expect(Set(folders).count == folders.count)
        for folder in folders { #expect(FileManager.default.fileExists(atPath: folder)) }
    }
}
