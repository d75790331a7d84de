// heif/: reading of AVIF and HEIC on top of libheif, where that is installed.
#pragma once

#include "reading.h"

extern const codec_operations heif_reading;
