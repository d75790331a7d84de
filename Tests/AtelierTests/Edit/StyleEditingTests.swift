import Files
import Foundation
import Layers
import TensorCore
import Testing

@testable import Atelier

@Suite struct StyleEditingTests {
    private let place = TinyStyles()

    @Test(arguments: [1, 3, 4]) func aSeedGivesTheImageThatGenerateMakes(channels: Int) throws {
        let model = try place.model(channels: channels)
        let editor = try StyleEditor(model)
        let own = try editor.images([editor.style(seed: 7), editor.style(seed: 8)])
        let generated = try model.generate(2, seed: 7)
        #expect(own.map(\.samples) == generated.map(\.samples))
        #expect(own[0].metadata.text.contains { $0.keyword == "Seed" && $0.value == "7" })
    }

    @Test func classesGiveDifferentStylesAndTheWayBetweenThem() throws {
        let editor = try place.editor(classes: ["rose", "tulip"])
        let (rose, tulip) = (try editor.style(named: "7@rose"), try editor.style(named: "7@TULIP"))
        #expect(rose.values.values != tulip.values.values)
        let path = Style.path(through: [rose, tulip], frames: 3, isLoop: false)
        let middle = zip(rose.values.values, tulip.values.values).map { ($0 + $1) / 2 }
        #expect(zip(path[1].values.values, middle).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(throws: EditError.self) { try editor.style(named: "7") }
        #expect(throws: EditError.self) { try editor.style(named: "7@oak") }
        #expect(throws: EditError.self) { try place.editor().style(named: "7@rose") }
    }

    @Test func truncationLeadsToTheAverageImage() throws {
        let editor = try place.editor()
        let (one, other) = (try editor.style(seed: 1, truncation: 0), try editor.style(seed: 2, truncation: 0))
        #expect(one.values.values == other.values.values)
        let half = try editor.style(seed: 1, truncation: 0.5)
        let expected = zip(try editor.style(seed: 1).values.values, one.values.values).map { ($0 + $1) / 2 }
        #expect(zip(half.values.values, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test(arguments: [0...0, 1...2, 3...4, 0...4])
    func layersComeFromTheOtherStyle(_ layers: ClosedRange<Int>) throws {
        let editor = try place.editor()
        #expect(editor.layerCount == 5 + 1)
        let (one, other) = (try editor.style(seed: 1), try editor.style(seed: 2))
        let mixed = one.taking(layers, from: other)
        for layer in 0..<editor.layerCount {
            let source = layers.contains(layer) ? other : one
            let rows = [mixed, source].map { $0.values.slice(axis: 1, from: layer, count: 1).values }
            #expect(rows[0] == rows[1])
        }
    }

    @Test func aLoopLeadsBackWithoutRepeatingItsStart() throws {
        let editor = try place.editor()
        let styles = try [1, 2, 3].map { try editor.style(seed: $0) }
        let loop = Style.path(through: styles, frames: 9, isLoop: true)
        #expect(loop.count == 9)
        for (index, style) in styles.enumerated() { #expect(loop[3 * index].values.values == style.values.values) }
        let step = { (a: Style, b: Style) in (a.values - b.values).squared().sum().item }
        #expect(abs(step(loop[8], loop[0]) - step(loop[7], loop[8])) < 1e-4)
        let path = Style.path(through: styles, frames: 5, isLoop: false)
        #expect(path[2].values.values == styles[1].values.values && path[4].values.values == styles[2].values.values)
    }

    @Test func filesGiveTheSameStyles() throws {
        let editor = try place.editor()
        let style = try editor.style(seed: 3).taking(0...1, from: editor.style(seed: 4))
        try style.write(to: place("style.safetensors"))
        #expect(try editor.style(named: place("style.safetensors")).values.values == style.values.values)
        let other = try StyleEditor(place.model(styleSize: 12))
        #expect(throws: EditError.self) { try other.style(named: place("style.safetensors")) }
        try editor.directions(.pca, count: 2).write(to: place("directions.safetensors"))
        #expect(throws: EditError.self) { try editor.style(named: place("directions.safetensors")) }
        #expect(throws: EditError.self) { try StyleDirections(contentsOf: place("style.safetensors")) }
        #expect(throws: (any Error).self) { try editor.style(named: place("nothing.safetensors")) }
        try Safetensors.write(["style": .zeros([1, 0, 8])], to: place("empty.safetensors"))
        #expect(throws: EditError.self) { try Style(contentsOf: place("empty.safetensors")) }
    }

    @Test func modelsWithoutStylesAreRefused() throws {
        #expect(throws: EditError.noStyles(model: "fashion-gan")) { try StyleEditor(Model.load("fashion-gan")) }
        #expect(throws: (any Error).self) { try StyleEditor(Model.load("emoji-sketch")) }
    }
}
