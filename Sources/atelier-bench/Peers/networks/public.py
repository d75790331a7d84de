"""Upscalers of public checkpoints, as the package spandrel builds them, in the sizes of the benchmark."""


def span48():
    from spandrel.architectures.SPAN import SPAN

    return SPAN(num_in_ch=3, num_out_ch=3, feature_channels=48, upscale=4)


def realplksr():
    from spandrel.architectures.PLKSR import RealPLKSR

    return RealPLKSR(dim=64, n_blocks=28, upscaling_factor=4, kernel_size=17, split_ratio=0.25)


def swinir():
    from spandrel.architectures.SwinIR import SwinIR

    return SwinIR(
        img_size=64, embed_dim=180, depths=[6] * 6, num_heads=[6] * 6, window_size=8, mlp_ratio=2, upscale=4,
        upsampler='pixelshuffle',
    )  # fmt: skip


def dat():
    from spandrel.architectures.DAT import DAT

    return DAT(
        img_size=64, embed_dim=180, depth=[6] * 6, num_heads=[6] * 6, split_size=[8, 32], expansion_factor=2,
        upscale=4,
    )  # fmt: skip


def hat():
    from spandrel.architectures.HAT import HAT

    return HAT(
        img_size=64, embed_dim=180, depths=[6] * 12, num_heads=[6] * 12, window_size=16, compress_ratio=3,
        squeeze_factor=30, overlap_ratio=0.5, mlp_ratio=2, upscale=4, upsampler='pixelshuffle',
    )  # fmt: skip


NETWORKS = {'span48': span48, 'realplksr': realplksr, 'swinir-m': swinir, 'dat-2': dat, 'hat-l': hat}

# What a network makes of its sizes or of its other weights, and what it counts: no file of ours holds it.
DERIVED = ('relative_position_index', 'rpe_biases', 'attn_mask', 'eval_conv', 'num_batches_tracked')


def is_derived(name):
    return any(part.startswith(DERIVED) for part in name.split('.'))


def merge(module):
    """Puts one convolution where a module would add up its paths in every run."""
    for name, child in module.named_children():
        if hasattr(child, 'eval_conv'):
            child.update_params()
            setattr(module, name, child.eval_conv)
        else:
            merge(child)
