// png/: reading and writing on top of libpng.
#pragma once

#include "reading.h"

extern const codec_operations png_reading;
