import Layers
import TensorCore

/// Adam for a network that is also updated by a penalty every few steps: k steps of the loss and one of the penalty take
/// the place of k steps of their sum, so the learning rate is multiplied by k / (k + 1) (Karras et al. 2020, appendix B).
final class LazyAdam: Optimizer {
    private let adam: Adam
    private let share: Float

    /// - Parameters:
    ///   - share: k / (k + 1).
    ///   - beta1: already to this power, as is `beta2`.
    init(_ parameters: [(name: String, parameter: Parameter)], share: Float, beta1: Float, beta2: Float) {
        adam = Adam(parameters, beta1: beta1, beta2: beta2)
        self.share = share
        learningRate = 0
    }

    var learningRate: Float { didSet { adam.learningRate = learningRate * share } }
    var parameters: [(name: String, parameter: Parameter)] { adam.parameters }
    var step: Int { adam.step }
    func begin() { adam.begin() }
    func move(_ gradients: [Tensor?]) { adam.move(gradients) }
    func state() -> [String: Tensor] { adam.state() }
    func load(_ state: [String: Tensor], step: Int) throws(LoadError) { try adam.load(state, step: step) }
}
