// Filters in two dimensions and their gradients, sixteen at once. Included by transforms_template.h.

// r[i][j] -> r[j][i]
INLINE void NAME(transpose)(F *r) {
#define SWAP(step, ...) \
    UNROLL for (int i = 0; i < 16; i++) { \
        if (i & step) continue; \
        F x = r[i], y = r[i + step]; \
        r[i] = __builtin_shufflevector(x, y, FIRST_##step); \
        r[i + step] = __builtin_shufflevector(x, y, SECOND_##step); \
    }
#define FIRST_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define SECOND_1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
#define FIRST_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define SECOND_2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define FIRST_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define SECOND_4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define FIRST_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define SECOND_8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31
    SWAP(1) SWAP(2) SWAP(4) SWAP(8)
#undef SWAP
#undef FIRST_1
#undef FIRST_2
#undef FIRST_4
#undef FIRST_8
#undef SECOND_1
#undef SECOND_2
#undef SECOND_4
#undef SECOND_8
}

INLINE void NAME(filters)(const int r, const int n, const float *w, int64_t w_by, int may_read_on, int flipped,
                          float *out, int64_t parity_by, int64_t position_by) {
    const int side = r == 3 ? 3 : 4, parities = r == 2 ? 4 : 1, rest = 16 - side * side;
    F read[16], taps[16];
    int64_t back = may_read_on ? 0 : rest;
    UNROLL for (int i = 0; i < 16; i++) read[i] = *(const F *)(w + i * w_by - back);
    NAME(transpose)(read);
    UNROLL for (int tap = 0; tap < side * side; tap++) taps[tap] = back ? read[tap + rest] : read[tap];
    UNROLL for (int parity = 0; parity < parities; parity++) {
        F g[16], half[24], u[36];
        UNROLL for (int i = 0; i < r * r; i++) {
            int from = parities == 1 ? i : 4 * (2 * (i / 2) + parity / 2) + 2 * (i % 2) + parity % 2;
            int opposite = r * r - 1 - i;
            if (parities == 4) opposite = 4 * (2 * (opposite / 2) + parity / 2) + 2 * (opposite % 2) + parity % 2;
            g[i] = flipped ? taps[opposite] : taps[from];
        }
        UNROLL for (int i = 0; i < r; i++) NAME(filter_line)(r, n, g + i, r, half + i, r);
        UNROLL for (int i = 0; i < n; i++) NAME(filter_line)(r, n, half + r * i, 1, u + n * i, 1);
        UNROLL for (int i = 0; i < n * n; i++) *(F *)(out + parity * parity_by + i * position_by) = u[i];
    }
}

INLINE void NAME(filter_gradients)(const int r, const int n, const float *products, int64_t position_by, int parity,
                                   int accumulate, float *out, int64_t tap_by) {
    F u[36], half[24], g[16];
    UNROLL for (int i = 0; i < n * n; i++) u[i] = *(const F *)(products + i * position_by);
    UNROLL for (int i = 0; i < n; i++) NAME(filter_gradient_line)(r, n, u + i, n, half + i, n);
    UNROLL for (int i = 0; i < r; i++) NAME(filter_gradient_line)(r, n, half + n * i, 1, g + r * i, 1);
    UNROLL for (int i = 0; i < r * r; i++) {
        int tap = r == 2 ? 4 * (2 * (i / 2) + parity / 2) + 2 * (i % 2) + parity % 2 : i;
        F *to = (F *)(out + tap * tap_by);
        *to = accumulate ? *to + g[i] : g[i];
    }
}

INLINE void NAME(filters_of_taps)(const int taps_of_filter, const float *taps, int64_t tap_by, int64_t parts,
                                  int64_t part_by, float *w, int64_t w_by) {
    F r[16];
    UNROLL for (int i = 0; i < 16; i++) {
        r[i] = (F){0};
        if (i >= taps_of_filter) continue;
        for (int64_t part = 0; part < parts; part++) r[i] += *(const F *)(taps + part * part_by + i * tap_by);
    }
    NAME(transpose)(r);
    UNROLL for (int i = 0; i < 16; i++) memcpy(w + i * w_by, &r[i], sizeof(float) * (size_t)taps_of_filter);
}
