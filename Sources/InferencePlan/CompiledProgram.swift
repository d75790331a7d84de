/// A program that is ready to run, after all passes and with a place for every value.
struct CompiledProgram: Sendable {
    let program: Program
    let places: [Placement.Place]
    let buffers: BufferPlan
    /// The values of which every instruction is the last user.
    let lastUses: [[Int]]
    /// For every concatenation, the parts that are not in place yet, and their targets.
    let copies: [[(part: Int, place: Placement.Place)]]

    init(_ traced: Program) {
        let program =
            traced
            .withoutDeadCode().lowered()
            .withoutDeadCode().distributed().distributed()
            .withoutDeadCode().withSharedActivations().fused()
            .withoutDeadCode().withUpsamplingInConvolutions()
            .withoutDeadCode()
        self.program = program
        let placement = Placement(program)
        var places = placement.places
        buffers = BufferPlan(program, &places)
        self.places = places
        copies = program.instructions.indices.map { value in
            guard case .concatenation = program[value].action else { return [] }
            return placement.targets(program, value).filter { placement.places[$0.part] != $0.place }
        }

        var last = [Int](repeating: -1, count: places.count)
        for (value, instruction) in program.instructions.enumerated() {
            for operand in instruction.operands { last[places[operand].root] = value }
        }
        last[places[program.output].root] = -1
        var uses = [[Int]](repeating: [], count: places.count)
        for (root, user) in last.enumerated() where user >= 0 { uses[user].append(root) }
        lastUses = uses
    }
}
