import Testing

@testable import Models
@testable import StyleGAN

/// Names of tensors that no program writes.
@Suite struct HostileNamesTests {
    /// Sizes that grow until a number overflows, or a limit is reached, name the same block again and again.
    @Test(.timeLimit(.minutes(1)), arguments: [20, 63]) func namesThatComeAgainEndTheSearch(last: Int) {
        var shapes = ["synthesis.b4.const": [8, 4, 4], "mapping.fc0.weight": [8, 8]]
        for level in 0...last { shapes["synthesis.b\(4 << level).conv1.weight"] = [8, 8, 3, 3] }
        for level in 0...last { shapes["synthesis/\(8 << level)x\(8 << level)/Conv1/weight"] = [3, 3, 8, 8] }
        (shapes["mapping/Dense0/weight"], shapes["synthesis/4x4/Const/const"]) = ([8, 8], [1, 8, 4, 4])
        let all = TensorShapes(shapes)
        #expect(StyleGANParameters(all) == nil)
        #expect(ForeignLayout.styleGAN2TensorFlow.sources(all) != nil)
    }
}
