import Files

/// What a file that holds no readable weights seems to be, and what to do about it.
enum FileGuess {
    /// The beginnings of files of other kinds.
    private static let beginnings: [(bytes: [UInt8], words: String)] = [
        ([0x89, 0x48, 0x44, 0x46], "it is an HDF5 file, as Keras writes; only networks of PyTorch and ncnn are read"),
        (Array("GGUF".utf8), "it is a GGUF file, which holds a language model or a diffusion model"),
        ([0x1F, 0x8B], "it is a gzip archive; unpack it and take the file inside"),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "it is a 7z archive; unpack it and take the file inside"),
        (Array("Rar!".utf8), "it is a rar archive; unpack it and take the file inside"),
        ([0x89, 0x50, 0x4E, 0x47], "it is a PNG image; the model is the file of the network's weights"),
        ([0xFF, 0xD8, 0xFF], "it is a JPEG image; the model is the file of the network's weights"),
        (Array("RIFF".utf8), "it is a WebP image, a sound or a video; the model is the file of the network's weights"),
        (Array("%PDF".utf8), "it is a PDF document; the model is the file of the network's weights"),
        ([0x93] + Array("NUMPY".utf8), "it is a single NumPy array, not a network"),
        ([0x7F] + Array("ELF".utf8), "it is a program, not a network"),
    ]

    /// - Parameter start: 512 bytes of the file, or all of a shorter one.
    static func words(_ start: [UInt8]) -> String {
        if start.isEmpty { return "it is empty; fetch it again" }
        if start.count > 261, Array(start[257..<262]) == Array("ustar".utf8) {
            return "it is a tar archive, as PyTorch wrote before 2017; load it and save it again with a newer PyTorch"
        }
        if let words = Placeholder.words(for: start) { return words }
        if let known = beginnings.first(where: { start.starts(with: $0.bytes) }) { return known.words }
        if start.allSatisfy({ $0 == 0 }) {
            return "it begins with zeros, as a download that was cut off; fetch it again"
        }
        let text = start.drop { [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        switch text.first {
        case UInt8(ascii: "<"):
            return "it is a web page that was saved instead of the file; fetch the file itself, on Hugging Face and "
                + "GitHub by the link “download” or “raw”"
        case UInt8(ascii: "{"):
            return "it is a JSON text, perhaps a server's answer or the description of a model; take the file of "
                + "weights"
        default: return "it is not a file of PyTorch, StyleGAN, safetensors, ONNX or ncnn"
        }
    }

    /// What a zip archive without a pickle of PyTorch holds, and what to do about it.
    static func words(archive names: [String]) -> String {
        let sorted = names.sorted()
        let weights = sorted.filter { name in
            [".pth", ".pt", ".ckpt", ".safetensors", ".pkl", ".param"].contains { name.lowercased().hasSuffix($0) }
        }
        if let first = weights.first { return "it is a zip archive; unpack it and take \(printable(first))" }
        let some = sorted.prefix(6).map(printable).joined(separator: ", ")
        return "it is a zip archive, but not one that PyTorch wrote; it holds \(some.isEmpty ? "nothing" : some)"
    }
}

/// What a dictionary without tensors of a network seems to be, by its keys.
enum DictionaryGuess {
    private static let ofOptimizers: Set = [
        "param_groups", "optimizer", "optimizers", "optimizer_state_dict", "optimizer_states", "optim", "schedulers",
        "lr_schedulers", "lr_scheduler", "scheduler",
    ]

    /// - Returns: nil if the keys say nothing.
    static func words(keys: [String]) -> String? {
        guard let key = keys.first(where: ofOptimizers.contains) else { return nil }
        return "it is the state of an optimizer or of a training (\(key)), without a network; take the file of the "
            + "network that was saved with it, such as net_g_latest.pth"
    }
}
