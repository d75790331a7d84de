// tiff/: reading and writing on top of libtiff.
#pragma once

#include "reading.h"

extern const codec_operations tiff_reading;
