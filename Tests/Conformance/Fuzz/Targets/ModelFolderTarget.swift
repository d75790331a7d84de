import Atelier
import Evaluation
import Foundation
import Models
import Pix2Pix
import SuperResolution

extension FuzzTarget {
    /// A model folder: `config.json`, a zero byte, `model.safetensors`. It is listed, loaded and built.
    static let modelFolder = FuzzTarget("model-folder") { bytes in
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        try ScratchFolder.shared.inside { folder in
            let path = folder + "/model"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try Data(parts[0]).write(to: URL(fileURLWithPath: path + "/config.json"))
            let weights = parts.count > 1 ? Array(parts[1]) : []
            try Data(weights).write(to: URL(fileURLWithPath: path + "/model.safetensors"))
            for listed in ModelStore([folder]).models {
                _ = (listed.description, listed.image?.contentWidth, listed.latentSize, listed.provenance)
            }
            guard let model = try? Model.load(path, from: ModelStore([folder])) else { return }
            _ = model.nonFiniteTensor
            _ = try? model.generator()
            _ = try? model.translator()
            _ = try? model.upscaler()
            _ = try? model.classifier()
            _ = try? model.naturalImageQuality()
        }
    }
}
