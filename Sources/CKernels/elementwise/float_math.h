// elementwise/: functions of each number alone, random numbers, optimizer steps and the epilogue of convolutions.
//
// Single-precision functions without branches, for loops that the compiler turns into vectors. Polynomials are the
// minimax ones of the Cephes library (Moshier); results are within 2 units in the last place, and zeros, infinities
// and NaN behave as in C's <math.h>.
#pragma once
#include "runtime/dispatch.h"
#include <math.h>

CK_INLINE uint32_t ck_bits(float x) {
    union { float value; uint32_t bits; } pun = {x};
    return pun.bits;
}

CK_INLINE float ck_from_bits(uint32_t bits) {
    union { uint32_t bits; float value; } pun = {bits};
    return pun.value;
}

CK_INLINE float ck_magnitude(float x) { return ck_from_bits(ck_bits(x) & 0x7fffffffu); }
CK_INLINE float ck_with_sign(float magnitude, float sign) {
    return ck_from_bits((ck_bits(magnitude) & 0x7fffffffu) | (ck_bits(sign) & 0x80000000u));
}

/// Adding and subtracting this number rounds to the nearest integer, which then stands in its low bits.
#define CK_ROUNDER 12582912.0f

/// e^x; x beyond the range of float gives 0 or infinity.
CK_INLINE float ck_exp(float x) {
    x = x > 89.0f ? 89.0f : x;
    x = x < -105.0f ? -105.0f : x;
    float shifted = x * 1.44269504f + CK_ROUNDER;
    float n = shifted - CK_ROUNDER;
    float r = x - n * 0.693359375f;
    r = r - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    // 2^n in two factors, so that results below the smallest normal number and above 2^127 come out right.
    int32_t power = (int32_t)(ck_bits(shifted) - 0x4b400000u);
    int32_t half = power >> 1;
    float low = ck_from_bits((uint32_t)(half + 127) << 23);
    float high = ck_from_bits((uint32_t)(power - half + 127) << 23);
    return p * low * high;
}

/// Logarithm of a positive, finite, normal number times 2^-shift.
CK_INLINE float ck_log_of_normal(float x, float shift) {
    uint32_t bits = ck_bits(x) - 0x3f3504f3u;
    float e = (float)((int32_t)bits >> 23) - shift;
    float f = ck_from_bits((bits & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
    float p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    float square = f * f;
    float y = p * f * square + e * -2.12194440e-4f;
    y = y - 0.5f * square;
    return f + y + e * 0.693359375f;
}

CK_INLINE float ck_log(float x) {
    int subnormal = x < 1.17549435e-38f;
    float y = ck_log_of_normal(subnormal ? x * 8388608.0f : x, subnormal ? 23.0f : 0.0f);
    y = x == 0.0f ? -INFINITY : y;
    y = x < 0.0f ? NAN : y;
    // Infinity is its own logarithm, NaN too.
    return !(x < INFINITY) ? x : y;
}

CK_INLINE float ck_log1p(float x) {
    float u = 1.0f + x;
    float y = ck_log(u) + (x - (u - 1.0f)) / u;
    y = u == 0.0f ? -INFINITY : y;
    y = u == INFINITY ? u : y;
    return ck_magnitude(x) < 1e-8f ? x : y;
}

CK_INLINE float ck_tanh(float x) {
    float magnitude = ck_magnitude(x);
    float square = x * x;
    float p = -5.70498872745e-3f;
    p = p * square + 2.06390887954e-2f;
    p = p * square - 5.37397155531e-2f;
    p = p * square + 1.33314422036e-1f;
    p = p * square - 3.33332819422e-1f;
    float small = x + x * square * p;
    float bounded = magnitude > 20.0f ? 20.0f : magnitude;
    float large = ck_with_sign(1.0f - 2.0f / (ck_exp(bounded + bounded) + 1.0f), x);
    return magnitude < 0.625f ? small : (x != x ? x : large);
}

CK_INLINE float ck_sigmoid(float x) {
    float e = ck_exp(-ck_magnitude(x));
    return (x >= 0.0f ? 1.0f : e) / (1.0f + e);
}

CK_INLINE float ck_silu(float x) { return x * ck_sigmoid(x); }

CK_INLINE float ck_softplus(float x) {
    float e = ck_exp(-ck_magnitude(x));
    float u = 1.0f + e;
    // What 1 + e lost by rounding is added to first order. NaN comes through e.
    float tail = ck_log_of_normal(u, 0.0f) + (e - (u - 1.0f)) / u;
    return (x > 0.0f ? x : 0.0f) + tail;
}

/// x tanh(log(1 + e^x)): with e = e^x the second factor is (e² + 2e) / (e² + 2e + 2), which is 1 from 20 on.
CK_INLINE float ck_mish(float x) {
    float e = ck_exp(x > 20.0f ? 20.0f : x);
    float n = e * (e + 2.0f);
    return x * (n / (n + 2.0f));
}

/// The distribution function of the standard normal distribution, (1 + erf(x / sqrt 2)) / 2. Its error is below 1e-7,
/// not relative to small results. erf of a small a is a times a polynomial of its square; erfc of a larger one is the
/// exponential of a polynomial (both least squares at Chebyshev's points).
CK_INLINE float ck_normal_cdf(float x) {
    float a = ck_magnitude(x) * 0.707106781f;
    float square = a * a;
    float p = 7.88249711e-5f;
    p = p * square - 8.01885499e-4f;
    p = p * square + 5.18931194e-3f;
    p = p * square - 2.68543288e-2f;
    p = p * square + 1.12835975e-1f;
    p = p * square - 3.76126269e-1f;
    p = p * square + 1.12837917f;
    float inner = 0.5f * a * p;
    float bounded = a > 10.0f ? 10.0f : a;
    float q = -1.64857258e-5f;
    q = q * bounded + 3.71037372e-4f;
    q = q * bounded - 3.80951849e-3f;
    q = q * bounded + 2.40125901e-2f;
    q = q * bounded - 1.06313077e-1f;
    q = q * bounded - 6.35378869e-1f;
    q = q * bounded - 1.12838326f;
    q = q * bounded - 8.79337107e-5f;
    float tail = 0.5f * ck_exp(q);
    float upper = a < 1.0f ? 0.5f - inner : tail;
    float y = x < 0.0f ? upper : 1.0f - upper;
    return x != x ? x : y;
}

CK_INLINE float ck_gelu(float x) { return x * ck_normal_cdf(x); }

/// Sine and cosine of r in [-π/4, π/4].
CK_INLINE float ck_sine_kernel(float r) {
    float s = r * r;
    float p = -1.9515295891e-4f;
    p = p * s + 8.3321608736e-3f;
    p = p * s - 1.6666654611e-1f;
    return r + r * s * p;
}

CK_INLINE float ck_cosine_kernel(float r) {
    float s = r * r;
    float p = 2.443315711809948e-5f;
    p = p * s - 1.388731625493765e-3f;
    p = p * s + 4.166664568298827e-2f;
    return 1.0f - 0.5f * s + s * s * p;
}

/// sin(r + turn·π/2)
CK_INLINE float ck_sine_of_turn(float r, uint32_t turn) {
    float value = (turn & 1) ? ck_cosine_kernel(r) : ck_sine_kernel(r);
    return ck_from_bits(ck_bits(value) ^ ((turn & 2) << 30));
}

/// Sine of x + quarters·π/2 for |x| <= CK_TRIGONOMETRIC_LIMIT: reduced in double precision.
#define CK_TRIGONOMETRIC_LIMIT 1e6f
CK_INLINE float ck_sine(float x, uint32_t quarters) {
    double shifted = (double)x * 0.63661977236758134308 + 6755399441055744.0;
    double n = shifted - 6755399441055744.0;
    double r = (double)x - n * 1.57079632673412561417 - n * 6.07710050650619224932e-11;
    union { double value; uint64_t bits; } pun = {shifted};
    return ck_sine_of_turn((float)r, (uint32_t)pun.bits + quarters);
}
