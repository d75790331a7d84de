import Foundation
import TensorCore

// Random numbers, optimizer steps and the numbers of files.

extension ReferenceBackend {
    package func randomBits(_ count: Int, from position: RandomPosition) -> [UInt32] {
        (0..<UInt64(count)).map { index in
            let place = position.offset + index
            return Self.philox(seed: position.seed, stream: position.stream, block: place / 4)[Int(place % 4)]
        }
    }

    /// Philox4x32-10 (Salmon et al. 2011): four words of block number `block`.
    private static func philox(seed: UInt64, stream: UInt64, block: UInt64) -> [UInt32] {
        func halves(_ x: UInt64) -> (low: UInt32, high: UInt32) {
            (UInt32(truncatingIfNeeded: x), UInt32(truncatingIfNeeded: x >> 32))
        }
        var counter = [halves(block).low, halves(block).high, halves(stream).low, halves(stream).high]
        var (k0, k1) = halves(seed)
        for _ in 0..<10 {
            let first = halves(0xD251_1F53 * UInt64(counter[0]))
            let second = halves(0xCD9E_8D57 * UInt64(counter[2]))
            counter = [second.high ^ counter[1] ^ k0, second.low, first.high ^ counter[3] ^ k1, first.low]
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return counter
    }

    package func uniform(_ shape: Shape, from position: RandomPosition) -> Tensor {
        let values = randomBits(shape.count, from: position).map { Double($0 >> 8) / 0x1p24 }
        return tensor(ReferenceArray(shape: shape.dimensions, values: values))
    }

    /// Pairs of numbers from pairs of words (Box and Muller, 1958).
    package func normal(_ shape: Shape, from position: RandomPosition) -> Tensor {
        let words = randomBits(shape.count + 1, from: position)
        let values = (0..<shape.count).map { index -> Double in
            let first = index & ~1
            let radius = (-2 * Foundation.log((Double(words[first]) + 1) / 0x1p32)).squareRoot()
            let angle = 2 * Double.pi * Double(words[first + 1] >> 8) / 0x1p24
            return radius * (index == first ? Foundation.cos(angle) : Foundation.sin(angle))
        }
        return tensor(ReferenceArray(shape: shape.dimensions, values: values))
    }

    package func stochasticStep(
        _ parameter: inout RunningTensor, gradient: Tensor, buffer: inout RunningTensor?, _ step: StochasticStep
    ) {
        var descent = decayed(gradient, parameter, by: step.weightDecay)
        if step.momentum != 0 {
            let momentum = Double(step.momentum)
            var moment = descent
            if let old = buffer?.value.reference {
                moment = old.combined(descent) { momentum * $0 + (1 - Double(step.dampening)) * $1 }
            }
            buffer = RunningTensor(tensor(moment))
            descent = step.isNesterov ? descent.combined(moment) { $0 + momentum * $1 } : moment
        }
        parameter = RunningTensor(tensor(parameter.value.reference.combined(descent) { $0 - Double(step.rate) * $1 }))
    }

    package func rmsPropStep(
        _ parameter: inout RunningTensor, gradient: Tensor, squares: inout RunningTensor, _ step: RMSPropStep
    ) {
        let descent = decayed(gradient, parameter, by: step.weightDecay)
        let alpha = Double(step.alpha)
        let means = squares.value.reference.combined(descent) { alpha * $0 + (1 - alpha) * $1 * $1 }
        squares = RunningTensor(tensor(means))
        let change = descent.combined(means) { Double(step.rate) * $0 / ($1.squareRoot() + Double(step.epsilon)) }
        parameter = RunningTensor(tensor(parameter.value.reference.combined(change, -)))
    }

    package func adamStep(
        _ parameters: inout [RunningTensor], gradients: [Tensor], means: inout [RunningTensor],
        squares: inout [RunningTensor], places: [Int], _ step: AdamStep
    ) {
        let (beta1, beta2, rate) = (Double(step.beta1), Double(step.beta2), Double(step.rate))
        let shrink = step.isDecoupled ? 1 - rate * Double(step.weightDecay) : 1
        for (index, place) in places.enumerated() {
            let parameter = parameters[index]
            let descent = decayed(gradients[index], parameter, by: step.isDecoupled ? 0 : step.weightDecay)
            let mean = means[place].value.reference.combined(descent) { beta1 * $0 + (1 - beta1) * $1 }
            let square = squares[place].value.reference.combined(descent) { beta2 * $0 + (1 - beta2) * $1 * $1 }
            means[place] = RunningTensor(tensor(mean))
            squares[place] = RunningTensor(tensor(square))
            let change = mean.combined(square) {
                rate * $0 / Double(step.corrections.0)
                    / (($1 / Double(step.corrections.1)).squareRoot() + Double(step.epsilon))
            }
            parameters[index] = RunningTensor(tensor(parameter.value.reference.combined(change) { shrink * $0 - $1 }))
        }
    }

    private func decayed(_ gradient: Tensor, _ parameter: RunningTensor, by decay: Float) -> ReferenceArray {
        gradient.reference.combined(parameter.value.reference) { $0 + Double(decay) * $1 }
    }

    package func approach(_ values: inout [RunningTensor], places: [Int], _ targets: [Tensor], decay: Float) {
        for (place, target) in zip(places, targets) {
            let old = values[place].value.reference
            let new = old.combined(target.reference) { Double(decay) * $0 + (1 - Double(decay)) * $1 }
            values[place] = RunningTensor(tensor(new))
        }
    }

    package func narrow(_ values: UnsafeBufferPointer<Float>, to kind: HalfPrecision) -> [UInt16] {
        values.map { value in
            switch kind {
            case .half: return Float16(value).bitPattern
            case .bfloat16:
                if value.isNaN { return UInt16(value.bitPattern >> 16) | 0x40 }
                // To the nearest, ties to even.
                let bits = value.bitPattern
                return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
            }
        }
    }

    package func widen(
        _ words: [UInt16], from kind: HalfPrecision, into target: UnsafeMutableBufferPointer<Float>
    ) {
        for (index, word) in words.enumerated() {
            target[index] =
                switch kind {
                case .half: Float(Float16(bitPattern: word))
                case .bfloat16: Float(bitPattern: UInt32(word) << 16)
                }
        }
    }
}
