import TensorCore
import Testing

@testable import Atelier

@Suite struct ClassMixerTests {
    private let place = TinyStyles()

    private func models() throws -> [(model: Model, classes: [String])] {
        [
            (try Model.load("fashion-cgan"), ["bag", "ankle boot"]),
            (try place.model(classes: ["rose", "tulip"]), ["rose", "tulip"]),
        ]
    }

    @Test func aClassGivesTheImageThatGenerateMakes() throws {
        for (model, classes) in try models() {
            let mixer = try ClassMixer(model)
            let own = try mixer.images(classes.map { try mixer.blend(seed: 7, className: $0) })
            let generated = try classes.map { try model.generate(1, seed: 7, classes: [$0])[0] }
            #expect(own.map(\.samples) == generated.map(\.samples))
            #expect(own[0].metadata.text.contains { $0.keyword == "Seed" && $0.value == "7@\(classes[0])" })
        }
    }

    @Test func theWayBetweenClassesChangesEvenly() throws {
        for (model, classes) in try models() {
            let mixer = try ClassMixer(model)
            let ends = try classes.map { try mixer.blend(seed: 3, className: $0) }
            let path = ClassBlend.path(through: ends, frames: 5, isLoop: false)
            #expect(path.map { $0.shares.max() } == [1, 0.75, 0.5, 0.75, 1])
            #expect(path.allSatisfy { abs($0.shares.reduce(0, +) - 1) < 1e-6 })
            let images = mixer.made(path)
            func distance(_ a: Int, _ b: Int) -> Float {
                let parts = [a, b].map { images.slice(axis: 0, from: $0, count: 1) }
                return Float((parts[0] - parts[1]).norm)
            }
            #expect((0..<4).allSatisfy { (1e-6..<distance(0, 4)).contains(distance($0, $0 + 1)) })
        }
    }

    @Test func whatCannotBeMixedIsSaid() throws {
        let mixer = try ClassMixer(Model.load("fashion-cgan"))
        #expect(throws: EditError.self) { try mixer.point(named: "7", truncation: 1) }
        #expect(throws: EditError.self) { try mixer.point(named: "7@oak", truncation: 1) }
        for (name, truncation) in [("7@bag", 0.7), ("a.safetensors", 1)] {
            #expect(throws: EditError.noStyles(model: "fashion-cgan")) {
                try mixer.point(named: name, truncation: truncation)
            }
        }
        #expect(throws: EditError.noStyles(model: "fashion-gan")) { try ClassMixer(Model.load("fashion-gan")) }
        let bag = try mixer.blend(seed: 1, className: "bag")
        #expect(throws: EditError.self) { try mixer.mixed(bag, bag, layers: 0...1) }
    }
}
