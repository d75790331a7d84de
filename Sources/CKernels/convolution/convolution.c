#include "convolution/methods.h"
#include "direct/direct.h"
#include "winograd/winograd.h"

typedef struct {
    int (*takes)(const ck_convolution *call);
    int (*run)(const ck_convolution *call);
    /// What of its epilogue run() applies: nothing but the bias when NULL or 0.
    int (*fuses)(const ck_convolution *call);
} kernel;

static int fuses_all(const ck_convolution *call) {
    (void)call;
    return 1;
}

static const kernel kernels[CK_METHODS] = {
    [CK_WINOGRAD] = {ck_winograd_takes, ck_winograd_run, fuses_all},
    [CK_DIRECT] = {ck_direct_takes, ck_direct_run, ck_direct_fuses},
    [CK_WHOLE_WINDOW] = {ck_whole_window_takes, ck_whole_window_run, NULL},
    [CK_FEW_CHANNELS] = {ck_few_channels_takes, ck_few_channels_run, NULL},
};

int ck_convolution_takes(const ck_convolution *call, int method) {
    return method >= 0 && method < CK_METHODS && kernels[method].takes && kernels[method].takes(call);
}

static int run_kernel(const ck_convolution *call, void *context) { return ((const kernel *)context)->run(call); }

int ck_convolution_run(const ck_convolution *call, int method) {
    const kernel *k = &kernels[method];
    if (k->fuses && k->fuses(call)) return k->run(call);
    return ck_convolution_run_plainly(call, 1, run_kernel, (void *)k);
}

int ck_convolution_run_plainly(const ck_convolution *call, int fuses_bias,
                               int (*run)(const ck_convolution *call, void *context), void *context) {
    const ck_epilogue *wanted = &call->epilogue;
    if (wanted->multipliers) fuses_bias = 0;
    if (call->pass == CK_WEIGHT_GRADIENT || ck_epilogue_is_empty(wanted, fuses_bias)) return run(call, context);

    const ck_convolution_sizes *s = &call->sizes;
    int is_forward = call->pass == CK_FORWARD;
    int64_t channels = is_forward ? s->output_channels : s->input_channels;
    int64_t pixels = s->batch * (is_forward ? s->output_height * s->output_width : s->input_height * s->input_width);
    float *result = is_forward ? call->y : call->x;
    int64_t pixel = is_forward ? call->y_pixel : call->x_pixel;

    ck_convolution plain = *call;
    ck_epilogue rest = *wanted;
    plain.epilogue = ck_no_epilogue();
    if (fuses_bias) {
        plain.epilogue.bias = wanted->bias;
        rest.bias = NULL;
    }
    // What is added may lie where the result goes: then the sums go elsewhere first.
    float *sums = result;
    int64_t sums_pixel = pixel;
    if (wanted->added[0].values == result || wanted->added[1].values == result) {
        sums = ck_scratch_take(sizeof(float) * (size_t)(pixels * channels));
        if (!sums) return -1;
        sums_pixel = channels;
        *(is_forward ? &plain.y : &plain.x) = sums;
        *(is_forward ? &plain.y_pixel : &plain.x_pixel) = channels;
    }
    int failed = run(&plain, context);
    if (!failed) ck_apply_epilogue(&rest, sums, sums_pixel, result, pixel, pixels, channels);
    if (sums != result) ck_scratch_give(sums);
    return failed;
}
