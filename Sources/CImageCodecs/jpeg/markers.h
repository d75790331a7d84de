// What the markers of a JPEG say beside its pixels.
#pragma once

#include "codec.h"

#include <stdio.h>  // jpeglib.h needs it first

#include <jpeglib.h>

enum { MAX_COMMENTS = 64 };

// What info points into, beside the markers that libjpeg keeps.
typedef struct jpeg_markers {
    codec_text comments[MAX_COMMENTS];
    uint8_t *profile;          // to be freed
    codec_buffer resources;    // the same
} jpeg_markers;

// Fills in what the markers tell, once the header is read.
void jpeg_markers_read(j_decompress_ptr jpeg, codec_info *info, jpeg_markers *markers);
