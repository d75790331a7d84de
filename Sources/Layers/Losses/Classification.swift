import TensorCore

/// The mean of −t · log σ(x) − (1 − t) · log(1 − σ(x)), computed as softplus(x) − x·t.
///
/// - Parameters:
///   - logits: of any shape.
///   - targets: between 0 and 1, of a shape that broadcasts to that of the logits.
public func binaryCrossEntropy(logits: Tensor, targets: Tensor) -> Tensor {
    (logits.softplus() - logits * targets).mean()
}

/// Binary cross-entropy against one target for all.
public func binaryCrossEntropy(logits: Tensor, target: Float) -> Tensor {
    (logits.softplus() - logits.scaled(by: target)).mean()
}

/// The mean of −log softmax(logits)[label].
///
/// - Parameters:
///   - logits: `[N, classes]`.
///   - labels: the class of each of the N.
///   - smoothing: the share of the target spread evenly over all classes (Szegedy et al. 2016).
public func crossEntropy(logits: Tensor, labels: [Int], smoothing: Float = 0) -> Tensor {
    precondition(
        logits.rank == 2 && labels.count == logits.shape[0], "crossEntropy: \(labels.count) labels for \(logits.shape)")
    let classes = logits.shape[1]
    var targets = Tensor.oneHot(labels, classes: classes)
    if smoothing > 0 { targets = targets.scaled(by: 1 - smoothing, plus: smoothing / Float(classes)) }
    return -(logits.logSoftmax() * targets).sum().scaled(by: 1 / Float(max(labels.count, 1)))
}
