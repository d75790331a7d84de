// Samples of other depths, and straight alpha.
#pragma once

#include <stdint.h>

// A value of 0 to top as one of 0 to most.
static inline uint32_t codec_scaled(uint32_t value, uint32_t top, uint32_t most) {
    return top == most ? value : (uint32_t)(((uint64_t)value * most + top / 2) / top);
}

// A color that has been multiplied by alpha, as it was before.
static inline uint32_t codec_straight(uint32_t value, uint32_t alpha, uint32_t most) {
    uint64_t straight = alpha ? ((uint64_t)value * most + alpha / 2) / alpha : 0;
    return straight > most ? most : (uint32_t)straight;
}
