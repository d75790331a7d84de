import TensorCore

/// The free axes of a graph's inputs, and the extents that they have in each trace of the forward pass: one to start from,
/// and two more for each axis.
struct TracePlan {
    let axes: [FreeAxis]
    /// For each trace, one for each axis.
    let samples: [[Int]]

    init(_ inputs: [GraphInput]) {
        var axes: [FreeAxis] = []
        for extent in inputs.flatMap(\.extents) {
            if case .free(let axis) = extent, !axes.contains(axis) { axes.append(axis) }
        }
        let base = axes.map { $0.samples[0] }
        samples =
            [base]
            + axes.indices.flatMap { axis in
                axes[axis].samples.dropFirst().map { sample in
                    var extents = base
                    extents[axis] = sample
                    return extents
                }
            }
        self.axes = axes
    }

    /// The shape of an input in a trace.
    func shape(of input: GraphInput, trace: Int) -> Shape {
        Shape(
            input.extents.map { extent in
                switch extent {
                case .fixed(let number): number
                case .free(let axis): samples[trace][axes.firstIndex(of: axis) ?? 0]
                }
            })
    }

    /// How numbers, one for each trace, follow from the free axes; nil if in no simple way.
    func formula(_ values: [Int]) -> ExtentFormula? {
        if Set(values).count == 1 { return ExtentFormula(factor: 0, axes: [], offset: values[0], divisor: 1) }
        let sets = (1..<1 << axes.count).sorted { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
        return sets.lazy.compactMap { set in formula(values, axes.indices.filter { set >> $0 & 1 == 1 }) }.first
    }

    /// value · divisor = factor · Π axes + offset.
    private func formula(_ values: [Int], _ axes: [Int]) -> ExtentFormula? {
        let products = samples.map { sample in axes.reduce(1) { $0 * sample[$1] } }
        guard let other = products.indices.first(where: { products[$0] != products[0] }) else { return nil }
        var (rise, run) = (values[other] - values[0], products[other] - products[0])
        func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? abs(a) : divisor(b, a % b) }
        let common = max(divisor(rise, run), 1) * run.signum()
        (rise, run) = (rise / common, run / common)
        let offset = values[0] * run - rise * products[0]
        guard rise != 0, zip(values, products).allSatisfy({ $0 * run == rise * $1 + offset }) else { return nil }
        return ExtentFormula(factor: rise, axes: axes, offset: offset, divisor: run)
    }
}

/// (factor · Π axes + offset) / divisor.
struct ExtentFormula: Hashable {
    let factor: Int
    let axes: [Int]
    let offset: Int
    let divisor: Int

    /// The number, if no axis matters.
    var constant: Int? { axes.isEmpty ? offset : nil }
}
