import TensorCore

/// Updates parameters from their gradients.
///
///     let optimizer = Adam(generator, learningRate: 2e-4, beta1: 0.5)
///     let weights = gradients(of: loss, at: optimizer.values)
///     optimizer.update(weights)
public protocol Optimizer: AnyObject {
    /// The learning rate of the next update; a schedule sets it before each update.
    var learningRate: Float { get set }
    /// The trained parameters with their names; gradients have the same order.
    var parameters: [(name: String, parameter: Parameter)] { get }
    /// The number of updates so far.
    var step: Int { get }

    /// Begins an update, which moves every parameter at most once.
    func begin()
    /// Moves parameters by their gradients in the update that has begun, all at once or in parts as gradients arrive; a
    /// parameter with a nil gradient, and its moments, stay as they are.
    func move(_ gradients: [Tensor?])

    /// The moments by name, such as `exp_avg.conv1.weight`. Together with `step`, they let a run continue bit for bit.
    func state() -> [String: Tensor]

    /// Restores the state that `state()` returned.
    ///
    /// - Throws: `LoadError` if names or shapes do not fit the parameters; then nothing changes.
    func load(_ state: [String: Tensor], step: Int) throws(LoadError)
}

extension Optimizer {
    /// The current values of the parameters, for computing gradients.
    public var values: [Tensor] { parameters.map { $0.parameter.value } }

    /// Updates every parameter; a parameter with a nil gradient, and its moments, stay as they are.
    public func update(_ gradients: [Tensor?]) {
        begin()
        move(gradients)
    }
}

/// The Euclidean norm of all gradients taken together; nil counts as 0.
public func globalNorm(of gradients: [Tensor?]) -> Float {
    let total = gradients.reduce(0.0) { sum, gradient in
        let norm = gradient?.norm ?? 0
        return sum + norm * norm
    }
    return Float(total.squareRoot())
}

/// The gradients scaled down together so that their norm is at most `limit` (Pascanu et al. 2013).
public func clipped(_ gradients: [Tensor?], toNorm limit: Float) -> [Tensor?] {
    let norm = globalNorm(of: gradients)
    guard norm > limit else { return gradients }
    return gradients.map { $0?.detached.scaled(by: limit / norm) }
}

/// One moment per parameter, under names of the form `prefix.parameter`.
struct MomentTable {
    let prefix: String
    var moments: [RunningTensor]

    init(_ prefix: String, _ parameters: [(name: String, parameter: Parameter)]) {
        self.prefix = prefix
        moments = parameters.map { RunningTensor(.zeros($0.parameter.shape)) }
    }

    func state(_ parameters: [(name: String, parameter: Parameter)]) -> [(String, Tensor)] {
        zip(parameters, moments).map { (prefix + "." + $0.name, $1.value) }
    }

    mutating func load(_ state: [String: Tensor], _ parameters: [(name: String, parameter: Parameter)]) {
        for (index, entry) in parameters.enumerated() {
            if let tensor = state[prefix + "." + entry.name] { moments[index] = RunningTensor(tensor) }
        }
    }

    /// Whether `state` holds exactly the moments of these tables.
    static func check(
        _ state: [String: Tensor], _ tables: [MomentTable], _ parameters: [(name: String, parameter: Parameter)]
    ) throws(LoadError) {
        let expected = tables.flatMap { table in
            parameters.map { (name: table.prefix + "." + $0.name, shape: $0.parameter.shape) }
        }
        if let error = LoadError(expected: expected, found: state) { throw error }
    }
}
