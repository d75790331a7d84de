// tiff/: reading and writing on top of libtiff.
#pragma once

#include "reading.h"

codec_reader *tiff_reader_open(codec_bytes file, const codec_limits *limits, bool allow_partial, codec_status *status);
