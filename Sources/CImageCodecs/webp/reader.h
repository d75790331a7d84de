// webp/: reading and writing on top of libwebp.
#pragma once

#include "reading.h"

extern const codec_operations webp_reading;
