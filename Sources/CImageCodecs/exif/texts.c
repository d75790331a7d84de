// Texts in the tags that TIFF has for them.
#include "exif/exif.h"

#include <string.h>

enum { DESCRIPTION = 0x010E, SOFTWARE = 0x0131, AUTHOR = 0x013B, COPYRIGHT = 0x8298 };

const char *exif_keyword(uint32_t tag) {
    switch (tag) {
        case DESCRIPTION: return "";
        case SOFTWARE: return "Software";
        case AUTHOR: return "Author";
        case COPYRIGHT: return "Copyright";
        default: return NULL;
    }
}

uint32_t exif_tag(const char *keyword) {
    static const uint32_t tags[] = {SOFTWARE, AUTHOR, COPYRIGHT};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (strcmp(keyword, exif_keyword(tags[i])) == 0) return tags[i];
    return DESCRIPTION;
}
