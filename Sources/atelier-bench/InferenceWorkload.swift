import ArgumentParser
import FastGAN
import Layers
import Models
import Pix2Pix
import R3GAN
import StyleGAN
import SuperResolution
import TensorCore

/// The networks whose inference is timed, with random weights and images from a seed.
enum InferenceWorkload: String, CaseIterable, ExpressibleByArgument {
    /// U-Net of eight levels, ngf 64; 256×256 images.
    case unet256
    /// SRVGGNetCompact ×4, 16 convolutions, 64 features; 256×256 images.
    case srvgg
    /// RRDBNet ×4, 23 blocks; 128×128 images.
    case rrdb
    /// SPAN ×4, 48 features; 256×256 images.
    case span = "span48"
    /// RealPLKSR ×4, 28 blocks, 64 features; 128×128 images.
    case realplksr
    /// SwinIR ×4 of medium size; 64×64 images.
    case swinir = "swinir-m"
    /// DAT-2 ×4; 64×64 images.
    case dat = "dat-2"
    /// HAT ×4 with twelve groups; 64×64 images.
    case hat = "hat-l"
    /// StyleGAN2's generator of the training row: eight images.
    case stylegan2 = "stylegan2-images"
    /// R3GAN's generator of the training row: 32 images.
    case r3gan = "r3gan-images"
    /// FastGAN's generator of the training row: eight images.
    case fastgan = "fastgan-images"

    /// All names, for help.
    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// The side of an image, in pixels, unless another is asked for; 0 if the network takes latent vectors.
    var size: Int {
        switch self {
        case .unet256, .srvgg, .span: 256
        case .rrdb, .realplksr: 128
        case .swinir, .dat, .hat: 64
        case .stylegan2, .r3gan, .fastgan: 0
        }
    }

    /// Images at once, unless another number is asked for.
    var batch: Int {
        switch self {
        case .unet256, .srvgg, .rrdb, .span, .realplksr, .swinir, .dat, .hat: 1
        case .stylegan2, .fastgan: 8
        case .r3gan: 32
        }
    }

    /// The network with weights from a file, or with random weights that keep the magnitude of the activations.
    func makeNetwork(weights file: String?) throws -> any Module {
        let random = Random(seed: 1)
        let network: any Module =
            switch self {
            case .unet256: UNetGenerator(random: random)
            case .srvgg: SRVGGNetCompact(random: random)
            case .rrdb: RRDBNet(random: random)
            case .span: UpscalerArchitecture(.span).makeGenerator(random: random)
            case .realplksr: UpscalerArchitecture(.realplksr).makeGenerator(random: random)
            case .swinir: UpscalerArchitecture(.swinir).makeGenerator(random: random)
            case .dat: UpscalerArchitecture(.dat).makeGenerator(random: random)
            case .hat: Self.largeHAT.makeGenerator(random: random)
            case .stylegan2:
                StyleGANConfiguration(image: ImageShape(size: 128, channels: 3), classNames: [])
                    .makeGenerator(random: random)
            case .r3gan:
                R3GANConfiguration(image: ImageShape(size: 64, channels: 3), classNames: [])
                    .makeGenerator(random: random)
            case .fastgan:
                FastGANConfiguration(image: ImageShape(size: 128, channels: 3), classNames: [])
                    .makeGenerator(random: random)
            }
        if let file {
            try network.load(Safetensors.open(file).tensors)
            return network
        }
        for (name, parameter) in network.parameters { parameter.assign(drawn(name, parameter.shape, random)) }
        for (name, state) in network.stateTensors { state.assign(drawn(name, state.shape, random)) }
        return network
    }

    /// The plans of a network that ``makeNetwork(weights:)`` returned.
    func planned(_ network: any Module, _ precision: Precision) -> PlannedNetwork {
        if let generator = network as? any LatentGenerator { return generator.planned(precision) }
        guard let layer = network as? any Layer else { preconditionFailure("\(rawValue) is not a layer") }
        return PlannedNetwork(layer, precision: precision)
    }

    /// Smooth colors with some noise, in 0 ... 1, or −1 ... 1 for the U-Net; or latent vectors.
    func makeInput(_ count: Int, size: Int) -> Tensor {
        let random = Random(seed: 2)
        switch self {
        case .stylegan2: return random.normal([count, 512])
        case .r3gan: return random.normal([count, 64])
        case .fastgan: return random.normal([count, 256])
        case .unet256, .srvgg, .rrdb, .span, .realplksr, .swinir, .dat, .hat: break
        }
        let colors = random.uniform([count, 3, max(size / 16, 2), max(size / 16, 2)])
        let noise = random.normal([count, 3, size, size], deviation: 0.03)
        let images = (colors.resized(height: size, width: size, .bicubic) + noise).clamped(to: 0...1)
        return self == .unet256 ? images * 2 - 1 : images
    }

    private static var largeHAT: UpscalerArchitecture {
        var architecture = UpscalerArchitecture(.hat)
        architecture.depth = 12
        return architecture
    }

    private func drawn(_ name: String, _ shape: Shape, _ random: Random) -> Tensor {
        // StyleGAN2 scales its weights itself.
        if self == .stylegan2 { return random.normal(shape, deviation: name.contains("mapping") ? 100 : 1) }
        if shape.rank == 2 { return random.normal(shape, deviation: 1 / Float(shape[1]).squareRoot()) }
        guard shape.rank == 4 else {
            if name.hasSuffix("running_var") { return random.uniform(shape, in: 0.8..<1.2) }
            if name.hasSuffix("weight") || name.hasSuffix("temperature") {
                return self == .srvgg ? random.uniform(shape, in: 0.1..<0.4) : random.uniform(shape, in: 0.9..<1.1)
            }
            return random.normal(shape, deviation: 0.02)
        }
        return random.normal(shape, deviation: gain(name) * (2 / fanIn(name, shape)).squareRoot())
    }

    /// The number of products in the sum for one output value.
    private func fanIn(_ name: String, _ shape: Shape) -> Float {
        // The U-Net's transposed convolutions, [in, out, 4, 4] of stride 2, are third and fifth in their levels.
        if self == .unet256 && (name.hasSuffix("3.weight") || name.hasSuffix("5.weight")) { return Float(4 * shape[0]) }
        return Float(shape[1] * shape[2] * shape[3])
    }

    /// Less than 1 if the result is added to something: residuals, and the last layers before the image.
    private func gain(_ name: String) -> Float {
        switch self {
        case .unet256: name == "model.model.3.weight" ? 0.4 : 1
        case .srvgg: name == "body.34.weight" ? 0.1 : 1
        case .rrdb: name.contains("rdb") ? 0.5 : name == "conv_last.weight" ? 0.3 : 1
        // Its input is 255 times as large.
        case .span: name.hasPrefix("conv_1.") ? 0.2 : 0.7
        case .realplksr, .swinir, .dat, .hat: 0.7
        case .r3gan: name.hasSuffix("contract.weight") ? 0.3 : name == "output.weight" ? 0.5 : 1
        case .stylegan2, .fastgan: 1
        }
    }
}
