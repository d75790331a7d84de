import CPUBackend
import TensorCore

/// A forward pass as a list of instructions. Each instruction makes one value from earlier ones; the index of the
/// instruction names the value. Passes transform a program into an equivalent, cheaper one.
struct Program: Sendable {
    /// What an instruction does with its operands.
    enum Action: Sendable {
        /// The given input of the plan.
        case input(Int)
        case constant(Tensor)
        /// A convolution of the first operand; its epilogue adds the others.
        case convolution(PlannedConvolution)
        /// An epilogue applied to the first operand; the other operands are added by it.
        case pointwise(Epilogue)
        /// The operands side by side along the channels, which run fastest in memory.
        case concatenation
        /// The same memory under another shape.
        case view
        /// The same values in the instruction's layout.
        case arrangement
        /// Channels turned into pixels; a second operand is upscaled to the result's size and added.
        case pixelShuffle(Int)
        /// Every pixel repeated in both directions.
        case upscaling(Int)

        // What the kernels of these names do.
        case unary(UnaryOperation)
        case binary(BinaryOperation)
        case channelAffine(slope: Float)
        case axisMap(AxisMap, axis: Int)
        /// Any other kernel, run as it is.
        case kernel(String, @Sendable (CPUBackend, [Tensor]) -> Tensor)
    }

    struct Instruction: Sendable {
        var action: Action
        var operands: [Int]
        var shape: Shape
        var layout: Layout
        /// What a kernel computes, in a form that other programs know; nil if it has none.
        var form: KernelForm?

        /// Values that lie side by side in memory; the channels run fastest.
        var channels: Int { shape.rank > 1 ? shape[1] : 1 }
        var pixels: Int { shape.count / max(channels, 1) }
        /// Whether the channels run fastest in memory.
        var isPixelwise: Bool { shape.rank == 2 || (shape.rank == 4 && layout == .ofConvolutions) }
    }

    private(set) var instructions: [Instruction] = []
    /// The value that the program computes.
    var output = 0

    @discardableResult
    mutating func append(_ instruction: Instruction) -> Int {
        instructions.append(instruction)
        return instructions.count - 1
    }

    subscript(value: Int) -> Instruction { instructions[value] }

    /// How often each value is used; the output counts as a use.
    var useCounts: [Int] {
        var counts = [Int](repeating: 0, count: instructions.count)
        for instruction in instructions {
            for operand in instruction.operands { counts[operand] += 1 }
        }
        counts[output] += 1
        return counts
    }

    func constant(_ value: Int) -> Tensor? {
        if case .constant(let tensor) = instructions[value].action { return tensor }
        return nil
    }

    /// Rewrites the program. `translate` receives every instruction in order, with its operands already in the new
    /// program, appends its replacement, and returns the value that replaces the old one.
    func rewritten(_ translate: (inout Program, Int, Instruction) -> Int) -> Program {
        var result = Program()
        var places = [Int](repeating: -1, count: instructions.count)
        for (index, instruction) in instructions.enumerated() {
            var translated = instruction
            translated.operands = instruction.operands.map { places[$0] }
            places[index] = translate(&result, index, translated)
        }
        result.output = places[output]
        return result
    }

    /// The program without instructions that do not affect its output. Inputs stay, because the caller numbers them.
    func withoutDeadCode() -> Program {
        var isNeeded = [Bool](repeating: false, count: instructions.count)
        isNeeded[output] = true
        for index in instructions.indices.reversed() {
            if case .input = instructions[index].action { isNeeded[index] = true }
            guard isNeeded[index] else { continue }
            for operand in instructions[index].operands { isNeeded[operand] = true }
        }
        return rewritten { program, index, instruction in
            isNeeded[index] ? program.append(instruction) : -1
        }
    }
}

/// A convolution with known weights, and its epilogue.
struct PlannedConvolution: Sendable {
    var geometry: ConvolutionGeometry
    /// `forward`, or `inputGradient` for a transposed convolution.
    var pass: ConvolutionPass
    var precision: Precision
    /// Plain, of the shape that the geometry asks for.
    var weight: Tensor
    var epilogue = Epilogue()
}
