import TensorCore

/// The figures that the phases of a step record.
package final class StepRecord {
    enum Kind { case loss, realAccuracy, fakeAccuracy, gradientNorm, extra }

    private struct Entry {
        let kind: Kind
        let name: String
        let phase: Int
        let repetition: Int
        let value: Float
    }

    private var entries: [Entry] = []
    /// How many real images were used.
    var images = 0
    /// The current phase and its repetition.
    var place = (phase: 0, repetition: 0)

    func note(_ kind: Kind, _ name: String, _ value: Float) {
        entries.append(
            Entry(kind: kind, name: name, phase: place.phase, repetition: place.repetition, value: value))
    }

    /// Numbers of the current phase for ``TrainingPhase/conclude``.
    var tally: [Double] = []

    /// Takes the numbers of a phase that has ended.
    func takeTally() -> [Double] {
        defer { tally = [] }
        return tally
    }

    /// Adds the means of what the shards of a batch recorded, which is the same for each.
    ///
    /// - Parameter own: of the shards of this rank.
    func add(meansOf own: [StepRecord], _ division: Division) {
        guard let first = own.first else { return }
        let all = division.gather(own.map { $0.entries.map(\.value) })
        for (index, entry) in first.entries.enumerated() {
            let sum = all.reduce(Float(0)) { $0 + $1[index] }
            entries.append(
                Entry(
                    kind: entry.kind, name: entry.name, phase: entry.phase, repetition: entry.repetition,
                    value: sum / Float(division.shards)))
        }
        images += first.images * division.shards
    }

    /// The recorded losses with one name, in order; several if several networks have the same role.
    package func losses(_ name: String) -> [Float] { values(.loss, name) }

    /// For a repeated phase, uses the last repetition, which shows the current state. Penalties do not occur in every
    /// repetition, so all count.
    private func values(_ kind: Kind, _ name: String) -> [Float] {
        let found = entries.filter { $0.kind == kind && $0.name == name }
        guard kind != .extra else { return found.map(\.value) }
        let last = Dictionary(found.map { ($0.phase, $0.repetition) }, uniquingKeysWith: max)
        return found.filter { last[$0.phase] == $0.repetition }.map(\.value)
    }

    private func mean(_ kind: Kind, _ name: String = "") -> Double? {
        let values = values(kind, name)
        return values.isEmpty ? nil : Double(values.reduce(0, +) / Float(values.count))
    }

    /// One figure for each name, the discriminator's before all others.
    private func figures(_ kind: Kind) -> [StepReport.Figure] {
        var names: [String] = []
        for entry in entries where entry.kind == kind && !names.contains(entry.name) { names.append(entry.name) }
        if let index = names.firstIndex(of: "discriminator") { names.insert(names.remove(at: index), at: 0) }
        return names.compactMap { name in mean(kind, name).map { (name, $0) } }
    }

    /// The figures for the log: means if several networks have the same role.
    package var report: StepReport {
        StepReport(
            losses: figures(.loss), realAccuracy: mean(.realAccuracy), fakeAccuracy: mean(.fakeAccuracy),
            gradientNorms: figures(.gradientNorm), images: images, extra: figures(.extra))
    }
}
