// bmp/: reading of Windows' and OS/2's bitmaps.
#pragma once

#include "reading.h"

codec_reader *bmp_reader_open(codec_bytes file, const codec_limits *limits, bool allow_partial, codec_status *status);
