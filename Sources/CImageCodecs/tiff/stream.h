// What libtiff reads from, what it says, and pages that it is not asked for.
#pragma once

#include "reading.h"

#include <tiffio.h>

typedef struct tiff_stream {
    codec_bytes file;
    uint64_t at;
    bool hit_end;       // libtiff asked for more than there is
    char message[200];  // its first complaint
} tiff_stream;

// NULL on failure. The stream must stay in place until TIFFClose.
TIFF *tiff_stream_open(tiff_stream *stream, const codec_limits *limits);
// What went wrong, in the words of libtiff.
bool tiff_stream_report(const tiff_stream *stream, codec_status *status);
// Images behind the first one, without previews and masks.
uint32_t tiff_further_pages(const codec_bytes *file);
// Handlers that keep the first error, and print nothing.
TIFFOpenOptions *tiff_quiet_options(char message[200]);
