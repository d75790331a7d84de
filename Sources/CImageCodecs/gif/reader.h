// gif/: reading on top of giflib.
#pragma once

#include "reading.h"

codec_reader *gif_reader_open(codec_bytes file, const codec_limits *limits, bool allow_partial, codec_status *status);
