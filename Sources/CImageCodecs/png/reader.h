// png/: reading and writing on top of libpng.
#pragma once

#include "reading.h"

codec_reader *png_reader_open(codec_bytes file, const codec_limits *limits, bool allow_partial, codec_status *status);
