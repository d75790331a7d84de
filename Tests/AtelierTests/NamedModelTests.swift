import Atelier
import Foundation
import Testing

@Suite struct NamedModelTests {
    @Test func shippedModelsAreFoundByName() throws {
        #expect(try Model.load("fashion-cgan").name == "fashion-cgan")
        #expect(try Model.load("photo-x4").name == "photo-x4")
    }

    @Test func runsAndFoldersAreModels() throws {
        let models = try TinyModels.shared()
        #expect(try Model.load(models.generator).name == "generator")
        #expect(try Model.load(models.generator + "/model").name == "generator")
        let file = models.upscaler + "/model/model.safetensors"
        #expect(try Model.load(file).name == "model")
    }

    @Test func whatIsNoModelIsRefused() throws {
        let error = #expect(throws: (any Error).self) { try Model.load("nobody-has-this") }
        #expect("\(try #require(error))".contains("There is no model called"))
    }
}
