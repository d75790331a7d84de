// jpeg/: reading and writing on top of libjpeg-turbo.
#pragma once

#include "reading.h"

codec_reader *jpeg_reader_open(codec_bytes file, const codec_limits *limits, bool allow_partial, codec_status *status);
