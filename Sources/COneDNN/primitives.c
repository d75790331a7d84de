#include "primitives.h"
#include "CKernels.h"
#include "COneDNN.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Everything that a primitive depends on; floats as their bits.
typedef struct {
    ck_convolution_sizes sizes;
    int64_t pass, precision, method, x_pixel, y_pixel, threads;
    int64_t bias, activation, slope, scale, sum, sum_scale;
} primitive_key;

typedef struct {
    primitive primitive;  // the convolution is NULL when the library has none
    primitive_key key;
    uint64_t hash;
    dnnl_primitive_desc_t description;
    uint64_t last_use;
    int users;
    int kept;
} entry;

enum { entry_limit = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static dnnl_engine_t engine;
static dnnl_stream_t stream;
static entry *entries[entry_limit];
static int entry_count;
static uint64_t uses;

static int start(void) {
    if (!engine && dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = NULL;
    if (engine && !stream && dnnl_stream_create(&stream, engine, dnnl_stream_default_flags) != dnnl_success)
        stream = NULL;
    return stream ? 0 : -1;
}

// ---- Running

int onednn_execute(dnnl_primitive_t primitive, int count, const argument *arguments) {
    enum { most = 8 };
    dnnl_exec_arg_t list[most];
    int made = 0, failed = count > most;
    for (; made < count && !failed; made++) {
        list[made].arg = arguments[made].name;
        failed = dnnl_memory_create(&list[made].memory, arguments[made].array, engine,
                                    (void *)arguments[made].memory) != dnnl_success;
        if (failed) break;
    }
    if (!failed) failed = dnnl_primitive_execute(primitive, stream, count, list) || dnnl_stream_wait(stream);
    for (int i = 0; i < made; i++) dnnl_memory_destroy(list[i].memory);
    return failed ? -1 : 0;
}

static int carry(dnnl_primitive_t passage, array_description from_array, const void *from, array_description to_array,
                 void *to) {
    argument arguments[] = {{DNNL_ARG_FROM, from_array, from}, {DNNL_ARG_TO, to_array, to}};
    return onednn_execute(passage, 2, arguments);
}

int onednn_bring_in(const port *p, const void *from, void *to) {
    return carry(p->passage, p->given, from, p->wanted, to);
}

int onednn_bring_out(const port *p, const void *from, void *to) {
    return carry(p->passage, p->wanted, from, p->given, to);
}

// ---- Making

static array_description describe_image(int64_t n, int64_t c, int64_t h, int64_t w, int64_t pixel,
                                        dnnl_data_type_t type, int in_any_layout) {
    int64_t dims[] = {n, c, h, w}, strides[] = {h * w * pixel, 1, w * pixel, pixel};
    return onednn_describe_array(4, dims, type, in_any_layout ? NULL : strides);
}

static array_description describe_weights(const ck_convolution_sizes *s, dnnl_data_type_t type, int in_any_layout) {
    int64_t ci = s->input_channels / s->groups, plane = s->kernel_height * s->kernel_width;
    int64_t dims[] = {s->groups, s->output_channels / s->groups, ci, s->kernel_height, s->kernel_width};
    int64_t strides[] = {dims[1] * ci * plane, ci * plane, plane, s->kernel_width, 1};
    int skipped = s->groups == 1;
    return onednn_describe_array(5 - skipped, dims + skipped, type, in_any_layout ? NULL : strides + skipped);
}

static int connect(port *p, array_description given, dnnl_primitive_desc_t description, dnnl_query_t query,
                   int is_read) {
    p->given = given;
    p->wanted = dnnl_primitive_desc_query_md(description, query, 0);
    if (!given || !p->wanted) return -1;
    if (dnnl_memory_desc_equal(given, p->wanted)) return 0;
    dnnl_primitive_desc_t passage = NULL;
    int failed = dnnl_reorder_primitive_desc_create(&passage, is_read ? given : p->wanted, engine,
                                                    is_read ? p->wanted : given, engine, NULL) ||
                 dnnl_primitive_create(&p->passage, passage);
    if (passage) dnnl_primitive_desc_destroy(passage);
    return failed ? -1 : 0;
}

// The library's plain loops take a hundred times as long as a real kernel.
static int is_reference(dnnl_primitive_desc_t description) {
    const char *name = "";
    dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0, &name);
    return strstr(name, "ref") != NULL;
}

static int build(entry *e, const ck_convolution *call, fused_part fused) {
    const ck_convolution_sizes *s = &e->key.sizes;
    primitive *p = &e->primitive;
    int method = (int)e->key.method, pass = call->pass;
    int is_any = method != ONEDNN_CHANNELS_LAST, narrow = call->precision == CK_BFLOAT16;
    dnnl_data_type_t read = narrow ? dnnl_bf16 : dnnl_f32, written = dnnl_f32;
    dnnl_data_type_t x_type = pass == CK_INPUT_GRADIENT ? written : read;
    dnnl_data_type_t w_type = pass == CK_WEIGHT_GRADIENT ? written : read;
    dnnl_data_type_t y_type = pass == CK_FORWARD ? written : read;

    array_description x_given = describe_image(s->batch, s->input_channels, s->input_height, s->input_width,
                                               call->x_pixel, dnnl_f32, 0);
    array_description y_given = describe_image(s->batch, s->output_channels, s->output_height, s->output_width,
                                               call->y_pixel, dnnl_f32, 0);
    array_description w_given = describe_weights(s, dnnl_f32, 0);
    p->x.given = x_given;
    p->y.given = y_given;
    p->w.given = w_given;
    convolution_description c = {
        .pass = pass,
        .algorithm = method == ONEDNN_WINOGRAD ? dnnl_convolution_winograd : dnnl_convolution_direct,
        .x = describe_image(s->batch, s->input_channels, s->input_height, s->input_width, s->input_channels, x_type,
                            is_any),
        .w = describe_weights(s, w_type, 1),
        .y = describe_image(s->batch, s->output_channels, s->output_height, s->output_width, s->output_channels,
                            y_type, is_any),
        .strides = {s->stride_height, s->stride_width},
        .dilates = {s->dilation_height - 1, s->dilation_width - 1},
        .pad_before = {s->pad_top, s->pad_left},
        // What the library calls the padding after is what its size rule needs, which may be negative.
        .pad_after = {(s->output_height - 1) * s->stride_height + s->dilation_height * (s->kernel_height - 1) + 1 -
                          s->input_height - s->pad_top,
                      (s->output_width - 1) * s->stride_width + s->dilation_width * (s->kernel_width - 1) + 1 -
                          s->input_width - s->pad_left}};
    if (e->key.bias) p->bias = c.bias = onednn_describe_array(1, &s->output_channels, dnnl_f32, &(int64_t){1});

    int failed = !x_given || !w_given || !y_given || !c.x || !c.w || !c.y || (e->key.bias && !c.bias) ||
                 dnnl_primitive_attr_create(&c.attributes) ||
                 dnnl_primitive_attr_set_scratchpad_mode(c.attributes, dnnl_scratchpad_mode_user);
    if (!failed && fused == WHOLE_EPILOGUE) failed = onednn_append_epilogue(c.attributes, &call->epilogue);
    if (!failed) failed = onednn_describe_convolution(&c, engine, &e->description);
    if (!failed && (method != ONEDNN_CHANNELS_LAST || narrow || fused == WHOLE_EPILOGUE))
        failed = is_reference(e->description);
    if (!failed) failed = dnnl_primitive_create(&p->convolution, e->description);
    if (!failed) {
        failed = connect(&p->x, x_given, e->description,
                         pass == CK_INPUT_GRADIENT ? dnnl_query_diff_src_md : dnnl_query_src_md,
                         pass != CK_INPUT_GRADIENT) ||
                 connect(&p->w, w_given, e->description,
                         pass == CK_WEIGHT_GRADIENT ? dnnl_query_diff_weights_md : dnnl_query_weights_md,
                         pass != CK_WEIGHT_GRADIENT) ||
                 connect(&p->y, y_given, e->description,
                         pass == CK_FORWARD ? dnnl_query_dst_md : dnnl_query_diff_dst_md, pass != CK_FORWARD);
    }
    // A sum is added to what lies in the result, which therefore has to lie as the primitive wants it.
    if (!failed && e->key.sum && p->y.passage) failed = 1;
    if (!failed) {
        p->scratchpad = dnnl_primitive_desc_query_md(e->description, dnnl_query_scratchpad_md, 0);
        p->form = onednn_form_of(p->w.wanted);
    }
    if (c.attributes) dnnl_primitive_attr_destroy(c.attributes);
    onednn_forget_array(c.x);
    onednn_forget_array(c.w);
    onednn_forget_array(c.y);
    return failed ? -1 : 0;
}

static void dismantle(entry *e) {
    primitive *p = &e->primitive;
    port *ports[] = {&p->x, &p->w, &p->y};
    for (int i = 0; i < 3; i++) {
        if (ports[i]->passage) dnnl_primitive_destroy(ports[i]->passage);
        onednn_forget_array(ports[i]->given);
    }
    onednn_forget_array(p->bias);
    if (p->convolution) dnnl_primitive_destroy(p->convolution);
    if (e->description) dnnl_primitive_desc_destroy(e->description);
    memset(p, 0, sizeof *p);
    e->description = NULL;
}

static void destroy(entry *e) {
    dismantle(e);
    free(e);
}

// ---- Keeping

static int64_t bits_of(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static primitive_key key_of(const ck_convolution *call, int method, fused_part fused) {
    primitive_key key;
    memset(&key, 0, sizeof key);
    const ck_epilogue *e = &call->epilogue;
    key.sizes = call->sizes;
    key.pass = call->pass;
    key.precision = call->precision;
    key.method = method;
    key.x_pixel = call->x_pixel;
    key.y_pixel = call->y_pixel;
    key.threads = ck_threads();
    key.bias = call->pass == CK_FORWARD && e->bias;
    key.scale = bits_of(1);
    if (fused == BIAS_ONLY) return key;
    key.activation = e->activation;
    if (e->activation == CK_ACTIVATE_LEAKY_RELU) key.slope = bits_of(e->slope);
    key.scale = bits_of(e->scale);
    key.sum = e->added[0].values != NULL;
    if (key.sum) key.sum_scale = bits_of(e->added[0].scale);
    return key;
}

static uint64_t hash_of(const primitive_key *key) {
    const int64_t *numbers = (const int64_t *)key;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < sizeof *key / sizeof *numbers; i++)
        hash = (hash ^ (uint64_t)numbers[i]) * 0x9e3779b97f4a7c15u;
    return hash;
}

static void keep(entry *e) {
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

const primitive *onednn_find(const ck_convolution *call, int method, fused_part fused) {
    primitive_key key = key_of(call, method, fused);
    uint64_t hash = hash_of(&key);
    entry *found = NULL;
    pthread_mutex_lock(&lock);
    if (start() == 0) {
        for (int i = 0; i < entry_count && !found; i++) {
            if (entries[i]->hash == hash && memcmp(&entries[i]->key, &key, sizeof key) == 0) found = entries[i];
        }
        if (!found && (found = calloc(1, sizeof *found))) {
            found->key = key;
            found->hash = hash;
            if (build(found, call, fused)) dismantle(found);
            keep(found);
        }
        if (found) {
            found->last_use = ++uses;
            if (found->primitive.convolution) found->users++;
            else found = NULL;
        }
    }
    pthread_mutex_unlock(&lock);
    return found ? &found->primitive : NULL;
}

void onednn_let_go(const primitive *p) {
    entry *e = (entry *)p;
    pthread_mutex_lock(&lock);
    if (--e->users == 0 && !e->kept) destroy(e);
    pthread_mutex_unlock(&lock);
}
