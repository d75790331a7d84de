import TensorCore

/// The figures of a step, as its phases note them.
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
    /// Which phase takes notes, and in which repetition.
    var place = (phase: 0, repetition: 0)

    func note(_ kind: Kind, _ name: String, _ value: Float) {
        entries.append(
            Entry(kind: kind, name: name, phase: place.phase, repetition: place.repetition, value: value))
    }

    /// What was noted of losses of one name, in order: several where several networks play the same part.
    package func losses(_ name: String) -> [Float] { values(.loss, name) }

    /// Of a phase that was repeated, the last repetition tells how the networks stand now; penalties, which not every
    /// repetition has, count with all.
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

    /// The figures as they are logged: means where several networks play the same part.
    package var report: StepReport {
        StepReport(
            losses: figures(.loss), realAccuracy: mean(.realAccuracy), fakeAccuracy: mean(.fakeAccuracy),
            gradientNorms: figures(.gradientNorm), images: images, extra: figures(.extra))
    }
}
