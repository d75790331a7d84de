// jxl/: reading of JPEG XL on top of libjxl, where that is installed.
#pragma once

#include "reading.h"

extern const codec_operations jxl_reading;
