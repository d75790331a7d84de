import Layers
import Models
import TensorCore

/// Earlier translations, which are also shown to the discriminator (Shrivastava et al. 2017, "Learning from simulated
/// and unsupervised images through adversarial training"), so that it does not forget them.
package final class ImagePool {
    /// How many images it holds; 0 leaves the pool out.
    package let capacity: Int
    private var images: [Tensor] = []

    /// An empty pool.
    package init(capacity: Int = 50) { self.capacity = capacity }

    /// The images to show to the discriminator for translations `[N, C, H, W]`: while the pool fills, the translations
    /// themselves. Later, at random, every second translation is exchanged for an older one in the pool.
    package func exchange(_ translations: Tensor, random: Random) -> Tensor {
        let count = translations.shape[0]
        guard capacity > 0 else { return translations.detached }
        let coins = random.integers(count, in: 0..<2)
        let places = random.integers(count, in: 0..<capacity)
        return Tensor.concatenated(
            (0..<count).map { number in
                let image = translations.slice(axis: 0, from: number, count: 1).detached
                if images.count < capacity {
                    images.append(image)
                    return image
                }
                guard coins[number] == 1 else { return image }
                defer { images[places[number]] = image }
                return images[places[number]]
            })
    }

    /// The images held, `[n, C, H, W]`; nil while there are none.
    var state: Tensor? { images.isEmpty ? nil : Tensor.concatenated(images) }

    /// Restores a value of ``state``.
    ///
    /// - Parameters:
    ///   - name: the name of the tensor, for errors.
    ///   - shape: of an image, `[1, C, H, W]`.
    func load(_ state: Tensor?, name: String, of shape: Shape) throws(ParameterError) {
        if let found = state?.shape {
            guard found.rank == 4, found[0] <= capacity, Shape([1] + found.dimensions.dropFirst()) == shape else {
                throw ParameterError("\(name) is \(found), and up to \(capacity) images of \(shape) are needed")
            }
        }
        images =
            state.map { all in
                (0..<all.shape[0]).map { all.slice(axis: 0, from: $0, count: 1) }
            } ?? []
    }
}
