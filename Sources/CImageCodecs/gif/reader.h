// gif/: reading on top of giflib.
#pragma once

#include "reading.h"

extern const codec_operations gif_reading;
