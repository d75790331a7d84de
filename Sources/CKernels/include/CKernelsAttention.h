// Kernels of transformers for images. Pixels of images are channels-last.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// y = gamma * (x - mean) / sqrt(variance + epsilon) + beta of each row of `width` values; gamma and beta may be null.
void ck_layer_norm(int64_t rows, int64_t width, const float *x, const float *gamma, const float *beta, float epsilon,
                   float *y);

/// Pixels of which each has `pixel` floats; the first that belong to a role are at `values`.
typedef struct {
    const float *values;
    int64_t pixel;
} ck_pixels;

/// Attention in windows. `query_rows` and `query_columns` are the positions of the queries of all windows, one window
/// after the other, `key_rows` and `key_columns` those of keys, -1 beyond the image.
typedef struct {
    int64_t images, heads, depth;          // depth: channels of a head
    int64_t windows_down, windows_across;
    int64_t height, width;                 // of a window of queries
    int64_t key_height, key_width;
    int64_t query_pixels, key_pixels;      // of an image
    int64_t key_image_width;
    const int32_t *query_rows, *query_columns, *key_rows, *key_columns;
    /// In the last windows, what begins here comes from the opposite side of the image; beyond the window for none.
    int64_t seam_row, seam_column, key_seam_row, key_seam_column;
    float scale, far;                      // `far` is added to scores between the two sides
} ck_attention_sizes;

/// output[query] = sum over keys of softmax(scale * query . key + bias) * value, heads side by side. `bias` is
/// [heads, queries, keys] of a window, or null. Scores of one window and head are in memory, 64 queries at a time.
int ck_window_attention(const ck_attention_sizes *sizes, ck_pixels query, ck_pixels key, ck_pixels value,
                        const float *bias, float *output);

#ifdef __cplusplus
}
#endif
