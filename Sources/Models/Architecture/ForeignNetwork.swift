import ForeignWeights

/// Kinds of networks that people take for one that is known here, recognized by the names and shapes of their tensors.
enum ForeignNetwork {
    private struct Kind {
        /// What the file is and what to do.
        let words: String
        /// Whether names like these belong to it. The names are in lower case.
        let fits: @Sendable (Set<String>) -> Bool
    }

    /// What a file with these tensors seems to be, and what to do about it; nil if nothing is known of them.
    static func words(_ shapes: [String: [Int]]) -> String? {
        let names = Set(shapes.keys.map { $0.lowercased() })
        if let kind = kinds.first(where: { $0.fits(names) }) { return kind.words }
        let weights = shapes.filter { $0.key.hasSuffix("weight") || $0.key.hasSuffix("weight_v") }.map(\.value)
        // Kernels have more than one position in some direction; products of attention may have three axes, too.
        func kernels(rank: Int) -> Int {
            weights.filter { $0.count == rank && $0.dropFirst(2).contains { $0 > 1 } }.count
        }
        if kernels(rank: 5) > 0 {
            return "it is a network with 3-D convolutions, for videos or volumes; the networks here take single images"
        }
        let (lines, planes) = (kernels(rank: 3), kernels(rank: 4))
        if lines > planes && (lines > 2 || planes == 0) {
            return "it is a network for sound: its convolutions have one dimension; the networks here take images"
        }
        return nil
    }

    private static func any(_ names: Set<String>, contain parts: String...) -> Bool {
        names.contains { name in parts.contains { name.contains($0) } }
    }

    private static func any(_ names: Set<String>, beginWith parts: String...) -> Bool {
        names.contains { name in parts.contains { name.hasPrefix($0) } }
    }

    private static let kinds = [
        Kind(
            words: "it is a LoRA or a similar adapter: a change of another network, mostly of a diffusion model, and "
                + "no network by itself; the networks here have no adapters",
            fits: {
                any(
                    $0, contain: "lora_down", "lora_up", "lora_a.", "lora_b.", "lora.down", "lora.up", "hada_w",
                    "lokr_w")
            }),
        Kind(
            words: "it is a diffusion model, which makes images in many steps; Atelier has networks of one step: "
                + "generators, translators and upscalers",
            fits: {
                any(
                    $0, beginWith: "model.diffusion_model.", "double_blocks.", "first_stage_model.",
                    "cond_stage_model.", "down_blocks.0.attentions.", "joint_blocks.", "transformer_blocks.0.attn.add_")
                    || any($0, contain: "time_embed.", "time_embedding.", "t_embedder.")
                        && any($0, contain: "input_blocks.", "down_blocks.", "blocks.")
            }),
        Kind(
            words: "it is a language model or a text encoder; the networks here take images",
            fits: {
                any(
                    $0, contain: "self_attn.q_proj", "token_embedding", "embed_tokens", "wte.weight",
                    "word_embeddings.weight")
            }),
        Kind(
            words: "it is a model of voices or sound; the networks here take images",
            fits: {
                any($0, contain: "enc_p.", "m_source.", "mel_", "f0_", "wav2vec", "feature_extractor.conv_layers")
            }),
        Kind(
            words: "it is the state of an optimizer, without a network; take the file of the network that was saved "
                + "with it",
            fits: {
                !$0.isEmpty && $0.allSatisfy { $0.contains("exp_avg") || $0.contains("momentum") || $0 == "step" }
            }),
        Kind(
            words: "it restores faces (GFPGAN, CodeFormer, RestoreFormer), with a network that is not known here",
            fits: { any($0, contain: "stylegan_decoder", "quantize.embedding", "stylegan_mlp") }),
        Kind(
            words: "it works on several frames of a video (BasicVSR, EDVR, RIFE), with a network that is not known "
                + "here",
            fits: { any($0, contain: "spynet.", "pcd_align", "feat_extract.main", "contextnet.", "unet.down0.") }),
        Kind(
            words: "it detects objects (YOLO), with a network that is not known here",
            fits: { any($0, beginWith: "model.0.conv.weight") && any($0, contain: ".anchors", ".dfl.", ".cv2.") }),
        Kind(
            words: "it is a classifier (ResNet), which makes no images",
            fits: { any($0, contain: "layer1.0.conv1.weight") && any($0, contain: "fc.weight") }),
        Kind(
            words: "it seems to be a discriminator, which only a training needs; take the generator that was saved "
                + "with it, such as net_g_latest.pth",
            fits: {
                any($0, contain: "weight_orig") && any($0, contain: "conv9.weight")
                    || any($0, beginWith: "features.0.") && any($0, contain: "classifier.", "linear1.")
            }),
    ]
}
