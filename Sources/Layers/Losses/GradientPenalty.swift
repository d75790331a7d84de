import TensorCore

/// The R1 penalty (Mescheder et al. 2018): the mean over the batch of ‖∂D(x)/∂x‖² at real images. The caller multiplies
/// it by the weight, usually γ/2.
///
///     let images = batch.images.requiringGradient()
///     let logits = discriminator(images, mode)
///     let penalty = r1Penalty(logits: logits, images: images)
///     let loss = adversarial.discriminator(real: logits, fake: fakes) + penalty * 5
///
/// - Parameters:
///   - logits: computed from `images`; one per image.
///   - images: recorded (`requiringGradient()`), the batch along the first axis.
public func r1Penalty(logits: Tensor, images: Tensor) -> Tensor {
    squaredGradients(logits, images).sum().scaled(by: 1 / Float(max(images.shape[0], 1)))
}

/// The R2 penalty: R1 at generated images, which must start a new history (`fakes.detached.requiringGradient()`).
public func r2Penalty(logits: Tensor, images: Tensor) -> Tensor { r1Penalty(logits: logits, images: images) }

/// The gradient penalty of WGAN-GP (Gulrajani et al. 2017): the mean over the batch of (‖∂D(x̂)/∂x̂‖ − 1)² at points x̂
/// drawn uniformly from the lines between real and generated images. The caller multiplies it by the weight, usually
/// 10.
///
/// - Parameters:
///   - real: real images; gradients do not flow into them.
///   - fake: generated images of the same shape; gradients do not flow into them.
///   - random: draws the points.
///   - discriminator: the critic, one logit per image.
public func wganGradientPenalty(
    real: Tensor, fake: Tensor, random: Random, discriminator: (Tensor) throws -> Tensor
) rethrows -> Tensor {
    precondition(real.shape == fake.shape, "wganGradientPenalty: \(real.shape) and \(fake.shape)")
    let mix = random.uniform(Shape([real.shape[0]] + [Int](repeating: 1, count: real.rank - 1)))
    let between = (real.detached * mix + fake.detached * (1 - mix)).requiringGradient()
    let squares = try squaredGradients(discriminator(between), between).sum(axes: Array(1..<between.rank))
    // The derivative of the root is infinite at 0.
    return ((squares + 1e-12).squareRoot() - 1).squared().mean()
}

private func squaredGradients(_ logits: Tensor, _ images: Tensor) -> Tensor {
    guard let weights = gradients(of: logits, at: [images], createGraph: true)[0] else {
        preconditionFailure("gradient penalty: the logits were not computed from recorded images")
    }
    return weights.squared()
}
