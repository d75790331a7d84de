// jpeg/: reading and writing on top of libjpeg-turbo.
#pragma once

#include "reading.h"

extern const codec_operations jpeg_reading;
