// From products back to outputs, with the epilogue. Included by transforms_template.h.

// The epilogue up to its additions, of `count` pixels.
INLINE void NAME(finish)(const int count, V *s, const ck_epilogue *e, int64_t channel) {
    if (e->multipliers) {
        V multipliers = *(const V *)(e->multipliers + channel);
        UNROLL for (int i = 0; i < count; i++) s[i] *= multipliers;
    }
    if (e->bias) {
        V bias = *(const V *)(e->bias + channel);
        UNROLL for (int i = 0; i < count; i++) s[i] += bias;
    }
    if (e->activation == CK_ACTIVATE_RELU) {
        UNROLL for (int i = 0; i < count; i++) s[i] = (V)((NAME(mask))s[i] & (s[i] > 0));
    } else if (ck_is_smooth(e->activation)) {
        float lanes[4 * WIDTH];
        UNROLL for (int i = 0; i < count; i++) *(V *)(lanes + i * WIDTH) = s[i];
        ck_activate(e->activation, lanes, count * WIDTH);
        UNROLL for (int i = 0; i < count; i++) s[i] = *(const V *)(lanes + i * WIDTH);
    } else if (e->activation != CK_ACTIVATE_NONE) {
        V slope = e->slope - (V){0};
        if (e->activation == CK_ACTIVATE_PRELU) slope = *(const V *)(e->weights + channel);
        UNROLL for (int i = 0; i < count; i++) {
            V scaled = s[i] * slope;
            NAME(mask) positive = s[i] > 0;
            s[i] = (V)(((NAME(mask))s[i] & positive) | ((NAME(mask))scaled & ~positive));
        }
    }
    if (e->scale != 1) {
        UNROLL for (int i = 0; i < count; i++) s[i] *= e->scale;
    }
}

INLINE void NAME(outputs_of_tile)(const int m, const int n, const int is_whole, const float *products,
                                  int64_t position_by, const ck_epilogue *e, float *y, int64_t pixel, int64_t width,
                                  int64_t step, int64_t y_pixel, int64_t rows, int64_t columns, int64_t channel,
                                  int64_t channels) {
    const int parts = n == 6 ? 2 : 1;  // even and odd rows
    for (int64_t c = channel; c < channel + channels; c += WIDTH, products += WIDTH) {
        UNROLL for (int part = 0; part < parts; part++) {
            V half[24];
            const float *lines[6];
            UNROLL for (int i = 0; i < n; i++) lines[i] = products + i * n * position_by;
            UNROLL for (int j = 0; j < n; j++) {
                V p[6], all[4];
                UNROLL for (int i = 0; i < n; i++) {
                    p[i] = *(const V *)lines[i];
                    lines[i] += position_by;
                    STEP_BY_STEP(lines[i]);
                }
                NAME(output_line)(m, n, p, all, 1);
                UNROLL for (int i = part; i < m; i += parts) half[i * n + j] = all[i];
            }
            UNROLL for (int i = part; i < m; i += parts) {
                V o[4];
                NAME(output_line)(m, n, half + i * n, o, 1);
                if (!is_whole && i >= rows) continue;
                int64_t start = pixel + i * step * width;
                NAME(finish)(m, o, e, c);
                if (is_whole) {  // The next tile's pixels are fetched to be written.
                    const float *next = y + (start + m * step) * y_pixel + c;
                    UNROLL for (int j = 0; j < m; j++) __builtin_prefetch(next + j * step * y_pixel, 1);
                }
                for (int k = 0; k < 2; k++) {
                    if (!e->added[k].values) continue;
                    const float *added = e->added[k].values + start * e->added[k].pixel + c;
                    UNROLL for (int j = 0; j < m; j++) {
                        if (is_whole || j < columns)
                            o[j] += e->added[k].scale * *(const V *)(added + j * step * e->added[k].pixel);
                    }
                }
                UNROLL for (int j = 0; j < m; j++) {
                    if (is_whole || j < columns) *(V *)(y + (start + j * step) * y_pixel + c) = o[j];
                }
            }
        }
    }
}

INLINE void NAME(outputs_of_tiles)(const int m, const int n, const ck_tiles *t, const float *products,
                                   int64_t position_by, int64_t first, int64_t tiles, int64_t channel,
                                   int64_t channels, const ck_epilogue *e, float *y) {
    NAME(place) p = NAME(place_of)(t, first);
    for (int64_t tile = 0; tile < tiles; tile++, NAME(advance)(t, &p), products += channels) {
        int64_t y0 = t->step * p.row * m + t->row_offset, x0 = t->step * p.column * m + t->column_offset;
        int64_t rows = (t->height - y0 + t->step - 1) / t->step, columns = (t->width - x0 + t->step - 1) / t->step;
        int64_t pixel = (p.image * t->height + y0) * t->width + x0;
        if (rows >= m && columns >= m)
            NAME(outputs_of_tile)(m, n, 1, products, position_by, e, y, pixel, t->width, t->step, t->pixel, rows,
                                  columns, channel, channels);
        else
            NAME(outputs_of_tile)(m, n, 0, products, position_by, e, y, pixel, t->width, t->step, t->pixel, rows,
                                  columns, channel, channels);
    }
}
