import Foundation
import TensorCore

/// A slowly moving copy of a network's weights: shadow ← decay · shadow + (1 − decay) · weight after every step. Images
/// generated with it are visibly better than images generated with the last weights (Yazıcı et al. 2019).
///
/// Parameters are averaged; state tensors, such as running statistics, are copied.
///
///     let average = ExponentialMovingAverage(of: generator, decay: 0.999)
///     // after every optimizer step
///     average.update()
///     // to sample
///     average.copy(into: twin)
public final class ExponentialMovingAverage {
    /// The share of the shadow that each update keeps after the warm-up.
    public let decay: Float
    private let rampUp: Float?
    private let module: any Module
    private let entries: [ModuleEntry]
    private var shadows: [RunningTensor]

    /// Starts at the module's current weights.
    ///
    /// - Parameters:
    ///   - decay: the share of the shadow that each update keeps after the warm-up.
    ///   - rampUp: how the warm-up goes: half of the shadow is younger than this share of the steps so far
    ///     (StyleGAN2's 0.05); nil for ``update(afterStep:)``'s own.
    public init(of module: any Module, decay: Float, rampUp: Float? = nil) {
        self.module = module
        self.decay = decay
        self.rampUp = rampUp
        entries = module.entries
        shadows = entries.map { RunningTensor($0.owned.value) }
    }

    /// Moves the shadow toward the module's weights as they are now: once after every step of the optimizer.
    public func update() { update(decay: decay) }

    /// Like ``update()``, but with a smaller decay in the first steps, so that the initial weights are soon forgotten:
    /// at most step / (step + 10), for steps counted from 1, or as `rampUp` says.
    public func update(afterStep step: Int) {
        let limit = rampUp.map { Float(pow(0.5, 1 / (Double($0) * Double(step)))) } ?? Float(step) / Float(step + 10)
        update(decay: min(decay, limit))
    }

    /// Moves the shadow with another decay than usual.
    public func update(decay: Float) {
        var places: [Int] = []
        var targets: [Tensor] = []
        for (index, entry) in entries.enumerated() {
            switch entry.owned {
            case .parameter(let parameter):
                places.append(index)
                targets.append(parameter.value.detached)
            case .state(let state): shadows[index] = RunningTensor(state.value)
            }
        }
        shadows.first?.backend.approach(&shadows, places: places, targets, decay: decay)
    }

    /// All shadows by name; a module can load them.
    public func state() -> [String: Tensor] {
        Dictionary(uniqueKeysWithValues: zip(entries, shadows).map { ($0.name, $1.value) })
    }

    /// Restores the state that `state()` returned.
    ///
    /// - Throws: `LoadError` if names or shapes differ; then nothing changes.
    public func load(_ state: [String: Tensor]) throws(LoadError) {
        let expected = entries.map { (name: $0.name, shape: $0.owned.value.shape) }
        if let error = LoadError(expected: expected, found: state) { throw error }
        for (index, entry) in entries.enumerated() {
            if let tensor = state[entry.name] { shadows[index] = RunningTensor(tensor) }
        }
    }

    /// Copies the averaged weights into a module of the same architecture.
    ///
    /// - Throws: `LoadError` if the module has another architecture.
    public func copy(into other: any Module) throws(LoadError) { try other.load(state()) }
}
