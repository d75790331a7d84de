// bmp/: reading of Windows' and OS/2's bitmaps.
#pragma once

#include "reading.h"

extern const codec_operations bmp_reading;
