#include "COneDNN.h"
#include "CKernels.h"
#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum direction { forward, input_gradient, weight_gradient };

// ---- Primitives, made once per geometry

typedef struct {
    ck_convolution_sizes sizes;
    int64_t direction, x_layout, y_layout, bias, threads;
} primitive_key;

typedef struct primitive_entry {
    primitive_key key;
    dnnl_primitive_t primitive;
    dnnl_primitive_desc_t description;
    dnnl_memory_desc_t x_given, x_wanted, w_plain, w_wanted, y_given, y_wanted, bias, scratchpad;
    uint64_t form;  // names the packing of the weights
    uint64_t last_use;
    int users;
    int kept;
} primitive_entry;

enum { entry_limit = 512 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static dnnl_engine_t engine;
static dnnl_stream_t stream;
static primitive_entry *entries[entry_limit];
static int entry_count;
static uint64_t uses;

static int start(void) {
    if (!engine && dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) {
        engine = NULL;
        return -1;
    }
    if (!stream && dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) != dnnl_success) {
        stream = NULL;
        return -1;
    }
    return 0;
}

static void destroy(primitive_entry *e) {
    if (e->primitive) dnnl_primitive_destroy(e->primitive);
    if (e->description) dnnl_primitive_desc_destroy(e->description);
    free(e);
}

static int describe_array(dnnl_memory_desc_t *md, int64_t n, int64_t c, int64_t h, int64_t w, int layout) {
    dnnl_dims_t dims = {n, c, h, w};
    return dnnl_memory_desc_init_by_tag(md, 4, dims, dnnl_f32, layout == CK_PLAIN ? dnnl_nchw : dnnl_nhwc);
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count) {
    const unsigned char *p = bytes;
    for (size_t i = 0; i < count; i++) hash = (hash ^ p[i]) * 0x100000001b3u;
    return hash;
}

static int build(primitive_entry *e) {
    const ck_convolution_sizes *s = &e->key.sizes;
    if (describe_array(&e->x_given, s->batch, s->input_channels, s->input_height, s->input_width,
                       (int)e->key.x_layout) ||
        describe_array(&e->y_given, s->batch, s->output_channels, s->output_height, s->output_width,
                       (int)e->key.y_layout))
        return -1;

    int grouped = s->groups > 1;
    dnnl_dims_t grouped_dims = {s->groups, s->output_channels / s->groups, s->input_channels / s->groups,
                                s->kernel_height, s->kernel_width};
    dnnl_dims_t dims = {s->output_channels, s->input_channels, s->kernel_height, s->kernel_width};
    int rank = grouped ? 5 : 4;
    int64_t *w_dims = grouped ? grouped_dims : dims;
    if (dnnl_memory_desc_init_by_tag(&e->w_plain, rank, w_dims, dnnl_f32, grouped ? dnnl_goihw : dnnl_oihw))
        return -1;
    dnnl_memory_desc_t w_any, x_asked = e->x_given, y_asked = e->y_given, bias;
    if (dnnl_memory_desc_init_by_tag(&w_any, rank, w_dims, dnnl_f32, dnnl_format_tag_any)) return -1;
    dnnl_dims_t bias_dims = {s->output_channels};
    if (dnnl_memory_desc_init_by_tag(&bias, 1, bias_dims, dnnl_f32, dnnl_a)) return -1;
    e->bias = bias;

    // Channels-last arrays are used as they lie; plain ones only in reorders, for the plain kernels are slow.
    if (e->key.x_layout == CK_PLAIN || e->key.y_layout == CK_PLAIN) {
        x_asked.format_kind = dnnl_format_kind_any;
        y_asked.format_kind = dnnl_format_kind_any;
    }

    dnnl_dims_t strides = {s->stride_height, s->stride_width};
    dnnl_dims_t dilates = {s->dilation_height - 1, s->dilation_width - 1};
    dnnl_dims_t pad_before = {s->pad_top, s->pad_left};
    // What the library calls the padding after is what its size rule needs, which may be negative.
    dnnl_dims_t pad_after = {
        (s->output_height - 1) * s->stride_height + s->dilation_height * (s->kernel_height - 1) + 1 -
            s->input_height - s->pad_top,
        (s->output_width - 1) * s->stride_width + s->dilation_width * (s->kernel_width - 1) + 1 -
            s->input_width - s->pad_left};

    dnnl_convolution_desc_t forward_op, op;
    if (dnnl_dilated_convolution_forward_desc_init(
            &forward_op, e->key.direction == forward ? dnnl_forward_inference : dnnl_forward_training,
            dnnl_convolution_direct, &x_asked, &w_any, e->key.bias ? &bias : NULL, &y_asked, strides, dilates,
            pad_before, pad_after))
        return -1;
    dnnl_primitive_desc_t hint = NULL;
    int failed = 0;
    if (e->key.direction == forward) {
        op = forward_op;
    } else {
        if (dnnl_primitive_desc_create(&hint, &forward_op, NULL, engine, NULL)) return -1;
        failed = e->key.direction == input_gradient
                     ? dnnl_dilated_convolution_backward_data_desc_init(&op, dnnl_convolution_direct, &x_asked, &w_any,
                                                                        &y_asked, strides, dilates, pad_before,
                                                                        pad_after)
                     : dnnl_dilated_convolution_backward_weights_desc_init(&op, dnnl_convolution_direct, &x_asked,
                                                                           &w_any, NULL, &y_asked, strides, dilates,
                                                                           pad_before, pad_after);
    }
    dnnl_primitive_attr_t attributes = NULL;
    if (!failed) failed = dnnl_primitive_attr_create(&attributes);
    if (!failed) failed = dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
    if (!failed) failed = dnnl_primitive_desc_create(&e->description, &op, attributes, engine, hint);
    if (!failed) failed = dnnl_primitive_create(&e->primitive, e->description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    if (hint) dnnl_primitive_desc_destroy(hint);
    if (failed) return -1;

    dnnl_query_t x_query = dnnl_query_src_md, w_query = dnnl_query_weights_md, y_query = dnnl_query_dst_md;
    if (e->key.direction == input_gradient) {
        x_query = dnnl_query_diff_src_md;
        y_query = dnnl_query_diff_dst_md;
    } else if (e->key.direction == weight_gradient) {
        w_query = dnnl_query_diff_weights_md;
        y_query = dnnl_query_diff_dst_md;
    }
    e->x_wanted = *dnnl_primitive_desc_query_md(e->description, x_query, 0);
    e->w_wanted = *dnnl_primitive_desc_query_md(e->description, w_query, 0);
    e->y_wanted = *dnnl_primitive_desc_query_md(e->description, y_query, 0);
    e->scratchpad = *dnnl_primitive_desc_query_md(e->description, dnnl_query_scratchpad_md, 0);
    e->form = hash_bytes(0xcbf29ce484222325u, &e->w_wanted, sizeof e->w_wanted);
    return 0;
}

static primitive_entry *find(const ck_convolution_sizes *sizes, enum direction direction, int x_layout, int y_layout,
                             int bias) {
    primitive_key key;
    memset(&key, 0, sizeof key);
    key.sizes = *sizes;
    key.direction = direction;
    key.x_layout = x_layout;
    key.y_layout = y_layout;
    key.bias = bias;
    key.threads = ck_threads();
    pthread_mutex_lock(&lock);
    primitive_entry *e = NULL;
    if (start() == 0) {
        for (int i = 0; i < entry_count && !e; i++) {
            if (memcmp(&entries[i]->key, &key, sizeof key) == 0) e = entries[i];
        }
        if (!e && (e = calloc(1, sizeof *e))) {
            e->key = key;
            if (build(e)) {
                destroy(e);
                e = NULL;
            } else {
                int slot = entry_count;
                if (entry_count == entry_limit) {
                    slot = 0;
                    for (int i = 1; i < entry_limit; i++) {
                        if (entries[i]->last_use < entries[slot]->last_use) slot = i;
                    }
                    entries[slot]->kept = 0;
                    if (entries[slot]->users == 0) destroy(entries[slot]);
                } else {
                    entry_count++;
                }
                e->kept = 1;
                entries[slot] = e;
            }
        }
        if (e) {
            e->users++;
            e->last_use = ++uses;
        }
    }
    pthread_mutex_unlock(&lock);
    return e;
}

static void let_go(primitive_entry *e) {
    pthread_mutex_lock(&lock);
    if (--e->users == 0 && !e->kept) destroy(e);
    pthread_mutex_unlock(&lock);
}

// ---- Memories and reorders

static int wrap(dnnl_memory_t *memory, const dnnl_memory_desc_t *md, const void *data) {
    return dnnl_memory_create(memory, md, engine, (void *)data) == dnnl_success ? 0 : -1;
}

static int reorder(const dnnl_memory_desc_t *from_md, const void *from, const dnnl_memory_desc_t *to_md, void *to) {
    dnnl_primitive_desc_t description = NULL;
    dnnl_primitive_t primitive = NULL;
    dnnl_memory_t source = NULL, destination = NULL;
    int failed = dnnl_reorder_primitive_desc_create(&description, from_md, engine, to_md, engine, NULL) ||
                 dnnl_primitive_create(&primitive, description) || wrap(&source, from_md, from) ||
                 wrap(&destination, to_md, to);
    if (!failed) {
        dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, destination}};
        failed = dnnl_primitive_execute(primitive, stream, 2, arguments) || dnnl_stream_wait(stream);
    }
    if (source) dnnl_memory_destroy(source);
    if (destination) dnnl_memory_destroy(destination);
    if (primitive) dnnl_primitive_destroy(primitive);
    if (description) dnnl_primitive_desc_destroy(description);
    return failed ? -1 : 0;
}

typedef struct {
    const dnnl_memory_desc_t *from, *to;
    const float *weight;
    int failed;
} packing;

static void pack(void *context, void *memory) {
    packing *p = context;
    p->failed = reorder(p->from, p->weight, p->to, memory);
}

// An array in the layout that the primitive wants: the caller's own memory, or scratch that stands for it.
typedef struct {
    const dnnl_memory_desc_t *given, *wanted;
    float *outside, *inside;
    dnnl_memory_t memory;
} operand;

static int open_operand(operand *o, const dnnl_memory_desc_t *given, const dnnl_memory_desc_t *wanted,
                        const float *data, int is_read) {
    o->given = given;
    o->wanted = wanted;
    o->outside = o->inside = (float *)data;
    if (!dnnl_memory_desc_equal(given, wanted)) {
        o->inside = ck_scratch_take(dnnl_memory_desc_get_size(wanted));
        if (!o->inside || (is_read && reorder(given, data, wanted, o->inside))) return -1;
    }
    return wrap(&o->memory, wanted, o->inside);
}

static int close_operand(operand *o, int is_written, int failed) {
    if (o->memory) dnnl_memory_destroy(o->memory);
    if (o->inside != o->outside) {
        if (!failed && is_written) failed = reorder(o->wanted, o->inside, o->given, o->outside);
        ck_scratch_give(o->inside);
    }
    return failed;
}

static int run(primitive_entry *e, enum direction direction, const float *x, const float *w, ck_weight_key key,
               const float *bias, const float *y) {
    operand xs = {0}, ws = {0}, ys = {0};
    void *handle = NULL, *pad = NULL;
    dnnl_memory_t bias_memory = NULL, pad_memory = NULL;
    int failed = open_operand(&xs, &e->x_given, &e->x_wanted, x, direction != input_gradient) ||
                 open_operand(&ys, &e->y_given, &e->y_wanted, y, direction != forward);
    if (!failed && direction == weight_gradient) {
        failed = open_operand(&ws, &e->w_plain, &e->w_wanted, w, 0);
    } else if (!failed) {
        packing p = {&e->w_plain, &e->w_wanted, w, 0};
        const void *packed = w;
        if (!dnnl_memory_desc_equal(&e->w_plain, &e->w_wanted)) {
            packed = ck_prepared_acquire(key, e->form, dnnl_memory_desc_get_size(&e->w_wanted), pack, &p, &handle);
        }
        if (p.failed) ck_prepared_forget(key.identity);
        failed = !packed || p.failed || wrap(&ws.memory, &e->w_wanted, packed);
    }
    size_t pad_bytes = dnnl_memory_desc_get_size(&e->scratchpad);
    if (!failed && pad_bytes) {
        pad = ck_scratch_take(pad_bytes);
        failed = !pad || wrap(&pad_memory, &e->scratchpad, pad);
    }
    if (!failed && bias) failed = wrap(&bias_memory, &e->bias, bias);
    if (!failed) {
        dnnl_exec_arg_t arguments[5] = {
            {direction == input_gradient ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC, xs.memory},
            {direction == weight_gradient ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS, ws.memory},
            {direction == forward ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST, ys.memory}};
        int count = 3;
        if (bias_memory) arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_BIAS, bias_memory};
        if (pad_memory) arguments[count++] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, pad_memory};
        failed = dnnl_primitive_execute(e->primitive, stream, count, arguments) || dnnl_stream_wait(stream);
    }
    if (bias_memory) dnnl_memory_destroy(bias_memory);
    if (pad_memory) dnnl_memory_destroy(pad_memory);
    ck_scratch_give(pad);
    failed = close_operand(&xs, direction == input_gradient, failed);
    failed = close_operand(&ys, direction == forward, failed);
    if (direction == weight_gradient) {
        failed = close_operand(&ws, 1, failed);
    } else {
        if (ws.memory) dnnl_memory_destroy(ws.memory);
        ck_prepared_release(handle);
    }
    return failed ? -1 : 0;
}

int onednn_version(void) { return DNNL_VERSION_MAJOR; }

int onednn_convolution_takes(const ck_convolution *call, int method) {
    return method == ONEDNN_CHANNELS_LAST && call->precision == CK_FLOAT32 &&
           call->x_pixel == call->sizes.input_channels && call->y_pixel == call->sizes.output_channels;
}

static int run_plain(const ck_convolution *call, void *context) {
    (void)context;
    enum direction direction = call->pass == CK_FORWARD          ? forward
                               : call->pass == CK_INPUT_GRADIENT ? input_gradient
                                                                 : weight_gradient;
    const float *bias = call->epilogue.bias;
    primitive_entry *e = find(&call->sizes, direction, CK_CHANNELS_LAST, CK_CHANNELS_LAST, bias != NULL);
    if (!e) return -1;
    int result = run(e, direction, call->x, call->w, call->key, bias, call->y);
    let_go(e);
    return result;
}

int onednn_convolution_run(const ck_convolution *call, int method) {
    (void)method;
    return ck_convolution_run_plainly(call, call->pass == CK_FORWARD, run_plain, NULL);
}
