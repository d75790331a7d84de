// The one-dimensional transforms of filters, of sixteen at once, for the points of lines.h. Included by
// transforms_template.h with F (a vector of sixteen), INLINE and NAME defined.

// r taps g[0], g[by], ... -> n values.
INLINE void NAME(filter_line)(const int r, const int n, const F *g, const int by, F *o, const int o_by) {
    F a = g[0], b = g[by];
    if (n == 3) {
        o[0] = a;
        o[o_by] = a + b;
        o[2 * o_by] = b;
    } else if (n == 4) {
        F c = g[2 * by], even = a + c;
        o[0] = a;
        o[o_by] = 0.5f * (even + b);
        o[2 * o_by] = 0.5f * (even - b);
        o[3 * o_by] = c;
    } else if (n == 5) {
        o[0] = a;
        o[o_by] = (a + b) * (2.0f / 9);
        o[2 * o_by] = (2 * a - b) * (4.0f / 9);
        o[3 * o_by] = (2 * b - a) * (1.0f / 9);
        o[4 * o_by] = b;
    } else {
        F c = g[2 * by], odd = ROOT_HALF * b, odd2 = ROOT_TWO * b;
        if (r == 4) {
            odd += (0.5f * ROOT_HALF) * g[3 * by];
            odd2 += (2 * ROOT_TWO) * g[3 * by];
        }
        F even = a + 0.5f * c, even2 = a + 2 * c;
        o[0] = a;
        o[o_by] = (even + odd) * (-2.0f / 3);
        o[2 * o_by] = (even - odd) * (-2.0f / 3);
        o[3 * o_by] = (even2 + odd2) * (1.0f / 6);
        o[4 * o_by] = (even2 - odd2) * (1.0f / 6);
        o[5 * o_by] = g[(r - 1) * by];
    }
}

// The transpose of filter_line: n values -> the gradients of r taps.
INLINE void NAME(filter_gradient_line)(const int r, const int n, const F *u, const int by, F *o, const int o_by) {
    F a = u[0], b = u[by], c = u[2 * by];
    if (n == 3) {
        o[0] = a + b;
        o[o_by] = b + c;
    } else if (n == 4) {
        F sum = 0.5f * (b + c);
        o[0] = a + sum;
        o[o_by] = 0.5f * (b - c);
        o[2 * o_by] = sum + u[3 * by];
    } else if (n == 5) {
        F e = u[3 * by], f = u[4 * by];
        o[0] = a + (2 * b + 8 * c - e) * (1.0f / 9);
        o[o_by] = f + (2 * b - 4 * c + 2 * e) * (1.0f / 9);
    } else {
        F e = u[3 * by], f = u[4 * by], last = u[5 * by];
        F sum = (b + c) * (-2.0f / 3), difference = (b - c) * (-2.0f / 3);
        F sum2 = (e + f) * (1.0f / 6), difference2 = (e - f) * (1.0f / 6);
        o[0] = a + (sum + sum2);
        o[o_by] = ROOT_HALF * difference + ROOT_TWO * difference2;
        if (r == 3) {
            o[2 * o_by] = 0.5f * sum + 2 * sum2 + last;
        } else {
            o[2 * o_by] = 0.5f * sum + 2 * sum2;
            o[3 * o_by] = (0.5f * ROOT_HALF) * difference + ((2 * ROOT_TWO) * difference2 + last);
        }
    }
}
