/// The places of a program's values: each in its own buffer or, if that saves a copy, in a part of another buffer. The
/// parts of a concatenation are written directly in place. A concatenation of adjacent values is just that part of the
/// buffer. Dense blocks therefore grow in one buffer, and skip connections cost nothing.
struct Placement: Sendable {
    struct Place: Sendable, Hashable {
        /// The value whose buffer it is.
        var root: Int
        /// Floats from the start of a pixel in the buffer.
        var offset: Int
        /// Floats from one pixel to the next.
        var pixel: Int
    }

    private(set) var places: [Place]

    init(_ program: Program) {
        places = program.instructions.indices.map { Place(root: $0, offset: 0, pixel: program[$0].channels) }
        let isMovable = Self.movableValues(program)
        for value in program.instructions.indices.reversed() {
            guard case .concatenation = program[value].action else { continue }
            if isMovable[value], places[value].root == value, let place = sideBySide(program, value) {
                places[value] = place
                continue
            }
            for (part, place) in targets(program, value) where isMovable[part] && places[part].root == part {
                places[part] = place
            }
        }
        for (value, instruction) in program.instructions.enumerated() {
            if case .view = instruction.action { places[value].root = places[instruction.operands[0]].root }
        }
    }

    /// The parts of a concatenation and their targets.
    func targets(_ program: Program, _ concatenation: Int) -> [(part: Int, place: Place)] {
        var place = places[concatenation]
        return program[concatenation].operands.map { part in
            defer { place.offset += program[part].channels }
            return (part, place)
        }
    }

    /// The place of a concatenation whose parts are already adjacent in a buffer.
    private func sideBySide(_ program: Program, _ concatenation: Int) -> Place? {
        let parts = program[concatenation].operands
        let first = places[parts[0]]
        guard first.root != parts[0] else { return nil }
        var next = first
        for part in parts {
            guard places[part] == next else { return nil }
            next.offset += program[part].channels
        }
        return first
    }

    /// Values that can be written to, and read from, a part of a wider buffer.
    private static func movableValues(_ program: Program) -> [Bool] {
        var isMovable = program.instructions.map { $0.usesParts && !$0.operands.isEmpty }
        isMovable[program.output] = false
        for instruction in program.instructions where !instruction.usesParts {
            for operand in instruction.operands { isMovable[operand] = false }
        }
        return isMovable
    }
}

extension Program.Instruction {
    /// Whether it reads and writes pixels with any stride.
    fileprivate var usesParts: Bool {
        switch action {
        case .convolution, .concatenation, .pixelShuffle, .upscaling: true
        case .pointwise: isPixelwise
        default: false
        }
    }

    /// Whether its result is written into a planned buffer.
    var ownsBuffer: Bool {
        switch action {
        case .convolution, .concatenation, .pixelShuffle, .upscaling, .pointwise: true
        default: false
        }
    }
}
