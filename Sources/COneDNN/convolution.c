#include "COneDNN.h"
#include "primitives.h"

int onednn_version(void) {
    const dnnl_version_t *version = dnnl_version();
    return 10000 * version->major + 100 * version->minor + version->patch;
}

// The library's Winograd adds in an order that depends on the batch, and a sample's result may not.
static int goes_one_by_one(const ck_convolution *call, int method) {
    return method == ONEDNN_WINOGRAD && call->pass != CK_WEIGHT_GRADIENT && call->sizes.batch > 1;
}

int onednn_convolution_takes(const ck_convolution *call, int method) {
    enum { avx512 = 0x27, avx512_bf16 = 0xe7 };
    int narrow = call->precision == CK_BFLOAT16, level = (int)dnnl_get_effective_cpu_isa();
    const ck_convolution_sizes *s = &call->sizes;
    if (narrow && (level & avx512_bf16) != avx512_bf16) return 0;
    if (method == ONEDNN_CHANNELS_LAST && !narrow) return 1;
    if (method == ONEDNN_WINOGRAD &&
        (DNNL_VERSION_MAJOR > 2 || narrow || (level & avx512) != avx512 || s->kernel_height != 3 ||
         s->kernel_width != 3 || s->stride_height != 1 || s->stride_width != 1 || s->groups != 1 ||
         s->dilation_height != 1 || s->dilation_width != 1))
        return 0;
    ck_convolution part = *call;
    if (goes_one_by_one(call, method)) part.sizes.batch = 1;
    const primitive *p = onednn_find(&part, method, BIAS_ONLY);
    if (p) onednn_let_go(p);
    return p != NULL;
}

// ---- Arrays in the layout that the primitive wants: the caller's own memory, or scratch that stands for it

static void *open_array(const port *p, void *outside, int is_read) {
    if (!p->passage) return outside;
    void *inside = ck_scratch_take(dnnl_memory_desc_get_size(p->wanted));
    if (inside && is_read && onednn_bring_in(p, outside, inside)) {
        ck_scratch_give(inside);
        inside = NULL;
    }
    return inside;
}

static int close_array(const port *p, void *outside, void *inside, int is_written) {
    if (!p->passage || !inside) return 0;
    int failed = is_written && onednn_bring_out(p, inside, outside);
    ck_scratch_give(inside);
    return failed;
}

typedef struct {
    const port *weights;
    const float *values;
    int failed;
} packing;

static void pack(void *context, void *memory) {
    packing *p = context;
    p->failed = onednn_bring_in(p->weights, p->values, memory);
}

static const void *open_weights(const primitive *p, const ck_convolution *call, void **handle) {
    if (!p->w.passage) return call->w;
    packing packed = {&p->w, call->w, 0};
    const void *memory = ck_prepared_acquire(call->key, p->form, dnnl_memory_desc_get_size(p->w.wanted),
                                             call->w ? pack : NULL, &packed, handle);
    if (!packed.failed) return memory;
    ck_prepared_forget(call->key.identity);
    return NULL;
}

static int run(const primitive *p, const ck_convolution *call) {
    int pass = call->pass, writes_x = pass == CK_INPUT_GRADIENT, writes_w = pass == CK_WEIGHT_GRADIENT;
    int writes_y = pass == CK_FORWARD;
    void *handle = NULL, *pad = NULL;
    size_t pad_bytes = dnnl_memory_desc_get_size(p->scratchpad);
    void *x = open_array(&p->x, call->x, !writes_x), *y = open_array(&p->y, call->y, !writes_y);
    void *w = writes_w ? open_array(&p->w, call->w, 0) : (void *)open_weights(p, call, &handle);
    if (pad_bytes) pad = ck_scratch_take(pad_bytes);
    int failed = !x || !y || !w || (pad_bytes && !pad);
    if (!failed) {
        argument arguments[5] = {{writes_x ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, p->x.wanted, x},
                                 {writes_w ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, p->w.wanted, w},
                                 {writes_y ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST, p->y.wanted, y}};
        int count = 3;
        if (p->bias) arguments[count++] = (argument){DNNL_ARG_BIAS, p->bias, call->epilogue.bias};
        if (pad) arguments[count++] = (argument){DNNL_ARG_SCRATCHPAD, p->scratchpad, pad};
        failed = onednn_execute(p->convolution, count, arguments);
    }
    ck_scratch_give(pad);
    failed |= close_array(&p->x, call->x, x, writes_x && !failed);
    failed |= close_array(&p->y, call->y, y, writes_y && !failed);
    if (writes_w) failed |= close_array(&p->w, call->w, w, !failed);
    else ck_prepared_release(handle);
    return failed ? -1 : 0;
}

static int run_plainly(const ck_convolution *call, void *context) {
    const primitive *p = onednn_find(call, *(int *)context, BIAS_ONLY);
    if (!p) return -1;
    int failed = run(p, call);
    onednn_let_go(p);
    return failed;
}

static int run_call(const ck_convolution *call, int method) {
    const ck_epilogue *e = &call->epilogue;
    int is_forward = call->pass == CK_FORWARD;
    int sums_in_place = !e->added[0].values || (e->added[0].values == call->y && e->added[0].pixel == call->y_pixel);
    if (is_forward && !ck_epilogue_is_empty(e, 1) && !e->multipliers && !e->added[1].values && sums_in_place &&
        e->activation != CK_ACTIVATE_PRELU) {
        const primitive *p = onednn_find(call, method, WHOLE_EPILOGUE);
        if (p) {
            int failed = run(p, call);
            onednn_let_go(p);
            return failed;
        }
    }
    return ck_convolution_run_plainly(call, is_forward, run_plainly, &method);
}

int onednn_convolution_run(const ck_convolution *call, int method) {
    if (!goes_one_by_one(call, method)) return run_call(call, method);
    const ck_convolution_sizes *s = &call->sizes;
    int64_t x_pixels = s->input_height * s->input_width, y_pixels = s->output_height * s->output_width;
    ck_convolution part = *call;
    part.sizes.batch = 1;
    int failed = 0;
    for (int64_t n = 0; n < s->batch && !failed; n++) {
        part.x = call->x + n * x_pixels * call->x_pixel;
        part.y = call->y + n * y_pixels * call->y_pixel;
        for (int i = 0; i < 2; i++) {
            const ck_addend *added = &call->epilogue.added[i];
            int64_t pixels = call->pass == CK_FORWARD ? y_pixels : x_pixels;
            if (added->values) part.epilogue.added[i].values = added->values + n * pixels * added->pixel;
        }
        failed = run_call(&part, method);
    }
    return failed;
}
