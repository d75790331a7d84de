// exif/: what an EXIF block says of an image, and images turned upright by it.
#pragma once

#include "codec.h"

// EXIF (a TIFF directory, with or without the "Exif\0\0" in front). Leaves what it does not find.
typedef struct exif_facts {
    int32_t orientation;          // 1 to 8
    double density_x, density_y;  // pixels per metre
} exif_facts;
void exif_read(const uint8_t *bytes, size_t count, exif_facts *facts);
// How many images an MPF block (a TIFF directory, too) lists after the first, without previews.
uint32_t exif_further_images(const uint8_t *bytes, size_t count);
// The description, the software, the author and the copyright, as they lie in the bytes, with the keywords of
// exif_keyword. Returns how many there are of EXIF_TEXTS.
enum { EXIF_TEXTS = 4 };
size_t exif_texts(const uint8_t *bytes, size_t count, codec_text texts[EXIF_TEXTS]);
// Takes in a block with its density and its texts. Returns the orientation that it tells; 1 where it tells none.
int32_t exif_tell(codec_info *info, const uint8_t *bytes, size_t count, codec_text texts[EXIF_TEXTS]);
// Where the block begins in the items of HEIF and the boxes of JPEG XL: four bytes tell how far behind them. count where
// it would lie outside.
size_t exif_start(const uint8_t *bytes, size_t count);
// The keyword of a text that a TIFF tag holds, "" for the description; NULL for other tags.
const char *exif_keyword(uint32_t tag);
// The tag for a keyword.
uint32_t exif_tag(const char *keyword);
// Whether a density, in pixels per metre, fits into EXIF and TIFF.
static inline bool exif_holds(double x, double y) { return x >= 1 && x <= 1e7 && y >= 1 && y <= 1e7; }
