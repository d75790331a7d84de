// Winograd's minimal filtering in one dimension, F(m, r): m outputs of a correlation with r taps by n = m + r - 1
// multiplications, for vectors of any width. Included by transforms_template.h with V, INLINE and NAME defined.
//
// The transforms interpolate at n - 1 points and at infinity (Toom and Cook; Lavin & Gray 2016):
//   n = 3: 0, 1      n = 4: 0, ±1      n = 5: 0, 1, -½, -2      n = 6: 0, ±√½, ±√2
// chosen by measurement: the last has 0.4 of the rounding error of the usual 0, ±1, ±2, since no power of a point is
// far from 1.
#define ROOT_HALF 0.70710678f
#define ROOT_TWO 1.41421356f

// n values of the input -> values [first, first + count) of the n that are multiplied, at o[0], o[o_by], ...
INLINE void NAME(input_line)(const int n, const int first, const int count, const V *d, V *o, const int o_by) {
    V all[6];
    if (n == 3) {
        all[0] = d[0] - d[1];
        all[1] = d[1];
        all[2] = d[2] - d[1];
    } else if (n == 4) {
        all[0] = d[0] - d[2];
        all[1] = d[1] + d[2];
        all[2] = d[2] - d[1];
        all[3] = d[3] - d[1];
    } else if (n == 5) {
        all[0] = (d[0] - d[3]) + 1.5f * (d[1] - d[2]);
        all[1] = (d[1] + d[3]) + 2.5f * d[2];
        all[2] = (d[2] + d[3]) - 2 * d[1];
        all[3] = d[3] - 0.5f * (d[1] + d[2]);
        all[4] = (d[4] - d[1]) + 1.5f * (d[3] - d[2]);
    } else {
        V even = d[4] - 2 * d[2], odd = ROOT_HALF * d[3] - ROOT_TWO * d[1];
        all[0] = (d[0] + d[4]) - 2.5f * d[2];
        all[1] = even + odd;
        all[2] = even - odd;
        even = d[4] - 0.5f * d[2];
        odd = ROOT_TWO * d[3] - ROOT_HALF * d[1];
        all[3] = even + odd;
        all[4] = even - odd;
        all[5] = (d[1] + d[5]) - 2.5f * d[3];
    }
    UNROLL for (int i = 0; i < count; i++) o[i * o_by] = all[first + i];
}

// n products -> m outputs, at o[0], o[o_by], ...
INLINE void NAME(output_line)(const int m, const int n, const V *p, V *o, const int o_by) {
    V all[4];
    if (n == 3) {
        all[0] = p[0] + p[1];
        all[1] = p[1] + p[2];
    } else if (n == 4) {
        all[0] = p[0] + (p[1] + p[2]);
        all[1] = p[1] - p[2] + p[3];
    } else if (n == 5) {
        all[0] = (p[0] + p[1]) + (p[2] + p[3]);
        all[1] = p[1] - 0.5f * p[2] - 2 * p[3];
        all[2] = p[1] + 0.25f * p[2] + 4 * p[3];
        all[3] = (p[1] + p[4]) - 0.125f * p[2] - 8 * p[3];
    } else {
        V sum = p[1] + p[2], difference = p[1] - p[2], sum2 = p[3] + p[4], difference2 = p[3] - p[4];
        all[0] = p[0] + (sum + sum2);
        all[1] = ROOT_HALF * difference + ROOT_TWO * difference2;
        all[2] = 0.5f * sum + 2 * sum2;
        if (m == 4) all[3] = (0.5f * ROOT_HALF) * difference + ((2 * ROOT_TWO) * difference2 + p[5]);
        else all[2] += p[5];
    }
    UNROLL for (int i = 0; i < m; i++) o[i * o_by] = all[i];
}

// The transpose of output_line: m output gradients -> values [first, first + count) of n.
INLINE void NAME(gradient_line)(const int m, const int n, const int first, const int count, const V *g, V *o,
                                const int o_by) {
    V all[6];
    if (n == 3) {
        all[0] = g[0];
        all[1] = g[0] + g[1];
        all[2] = g[1];
    } else if (n == 4) {
        all[0] = g[0];
        all[1] = g[0] + g[1];
        all[2] = g[0] - g[1];
        all[3] = g[1];
    } else if (n == 5) {
        all[0] = g[0];
        all[1] = (g[0] + g[1]) + (g[2] + g[3]);
        all[2] = (g[0] - 0.5f * g[1]) + 0.25f * (g[2] - 0.5f * g[3]);
        all[3] = (g[0] - 2 * g[1]) + 4 * (g[2] - 2 * g[3]);
        all[4] = g[3];
    } else {
        V even = g[0] + 0.5f * g[2], odd = ROOT_HALF * g[1];
        if (m == 4) odd += (0.5f * ROOT_HALF) * g[3];
        all[0] = g[0];
        all[1] = even + odd;
        all[2] = even - odd;
        even = g[0] + 2 * g[2];
        odd = ROOT_TWO * g[1];
        if (m == 4) odd += (2 * ROOT_TWO) * g[3];
        all[3] = even + odd;
        all[4] = even - odd;
        all[5] = g[m - 1];
    }
    UNROLL for (int i = 0; i < count; i++) o[i * o_by] = all[first + i];
}
