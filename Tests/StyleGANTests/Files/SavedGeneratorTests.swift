import Foundation
import Models
import TensorCore
import TestSupport
import Testing

@testable import StyleGAN

/// What is written for other programs is read again with the same numbers.
@Suite struct SavedGeneratorTests {
    @Test(arguments: [
        ("stylegan2-tensorflow.pkl", "rosinality"), ("stylegan2-tensorflow.pkl", "stylegan2-ada"),
        ("stylegan2-ada.pkl", "stylegan2-ada"),
    ])
    func whatIsWrittenIsReadAgain(_ file: String, _ layout: String) throws {
        let model = try Model(file: Fixtures.path("StyleGAN/" + file), among: .styleGANs)
        #expect(model.exportLayouts.contains(layout))
        let folder = try TemporaryFolder()
        let path = folder.path + "/saved.pt"
        try model.export(to: path, asFor: layout)
        let again = try Model(file: path, among: .styleGANs)
        #expect(again.weights.keys.sorted() == model.weights.keys.sorted())
        for (name, tensor) in model.weights { #expect(again.weights[name]?.values == tensor.values, "\(name)") }
    }

    @Test func rosinalityHasNoClasses() throws {
        let model = try Model(file: Fixtures.path("StyleGAN/stylegan2-ada.pkl"), among: .styleGANs)
        let path = try TemporaryFolder().path + "/saved.pt"
        #expect(throws: ModelError.self) { try model.export(to: path, asFor: "rosinality") }
        #expect(throws: ModelError.self) { try model.export(to: path, asFor: "nobody") }
    }
}
