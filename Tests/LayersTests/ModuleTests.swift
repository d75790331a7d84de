import Layers
import TensorCore
import Testing

private final class Block: Module {
    let conv1: Conv2d
    let skipConv: Conv2d?
    let norm = BatchNorm(4)
    init(skips: Bool, random: Random) {
        conv1 = Conv2d(3, 4, kernel: 3, random: random)
        skipConv = skips ? Conv2d(3, 4, kernel: 1, bias: false, random: random) : nil
    }
}

private final class Net: Module {
    let blocks: [Block]
    let head: Sequential
    let shared: Parameter
    let sharedAgain: Parameter
    let slope: Float = 0.2
    let sizes = [1, 2, 3]
    init(random: Random) {
        blocks = [Block(skips: false, random: random), Block(skips: true, random: random)]
        head = Sequential([ReLU(), Residual(Linear(2, 2, random: random)), PReLU(2)])
        shared = Parameter(.zeros([2]))
        sharedAgain = shared
    }
}

@Suite struct ModuleTests {
    private let net = Net(random: Random(seed: 1))

    @Test func namesAreThePathsOfPropertiesInTheFieldsSpelling() {
        #expect(
            net.parameters.map(\.name) == [
                "blocks.0.conv1.weight", "blocks.0.conv1.bias", "blocks.0.norm.weight", "blocks.0.norm.bias",
                "blocks.1.conv1.weight", "blocks.1.conv1.bias", "blocks.1.skip_conv.weight", "blocks.1.norm.weight",
                "blocks.1.norm.bias", "head.1.body.weight", "head.1.body.bias", "head.2.weight", "shared",
            ])
        #expect(
            net.stateTensors.map(\.name) == [
                "blocks.0.norm.running_mean", "blocks.0.norm.running_var", "blocks.1.norm.running_mean",
                "blocks.1.norm.running_var",
            ])
        #expect(net.parameterCount == net.parameters.reduce(0) { $0 + $1.parameter.value.count })
    }

    @Test func stateLoadsIntoATwin() throws {
        let twin = Net(random: Random(seed: 2))
        let name = "blocks.1.conv1.weight"
        #expect(twin.state()[name]?.values != net.state()[name]?.values)
        try twin.load(net.state())
        for (name, tensor) in net.state() { #expect(twin.state()[name]?.values == tensor.values, "\(name)") }
        #expect(twin.parameters.allSatisfy { $0.parameter.value.isRecorded })
    }

    @Test func everyMisfitIsNamedAndNothingChanges() throws {
        var state = net.state()
        state["blocks.0.conv1.bias"] = nil
        state["blocks.1.norm.running_var"] = nil
        state["surplus"] = Tensor(1)
        state["another"] = Tensor(1)
        state["shared"] = .zeros([3])
        state["head.2.weight"] = .ones([2])
        let error = #expect(throws: LoadError.self) { try net.load(state) }
        #expect(error?.missing == ["blocks.0.conv1.bias", "blocks.1.norm.running_var"])
        #expect(error?.unexpected == ["another", "surplus"])
        #expect(error?.misshaped.map(\.name) == ["shared"])
        #expect(error?.description.contains("shared is [3], expected [2]") == true)
        #expect(net.state()["head.2.weight"]?.values == [0.25, 0.25])
    }

    @Test func namesCanBeIgnored() throws {
        let twin = Net(random: Random(seed: 2))
        var state = net.state().filter { !$0.key.hasPrefix("head.") }
        state["extra.weight"] = Tensor(1)
        try twin.load(state) { $0.hasPrefix("head.") || $0.hasPrefix("extra.") }
        #expect(twin.state()["blocks.0.conv1.weight"]?.values == net.state()["blocks.0.conv1.weight"]?.values)
    }

    @Test func inferenceRecordsNothingForParametersButLeadsToInputs() throws {
        let layer = Linear(3, 2, random: Random(seed: 3))
        let x = Tensor([1, 2, 3], shape: [1, 3])
        #expect(!layer(x, .inference).isRecorded)
        #expect(layer(x, .training(Random(seed: 0))).isRecorded)
        let leaf = x.requiringGradient()
        let slope = try #require(gradients(of: layer(leaf, .inference), at: [leaf])[0])
        #expect(distance(slope, layer.weight.value.sum(axes: [0], keepingAxes: true)) < 1e-6)
    }
}
