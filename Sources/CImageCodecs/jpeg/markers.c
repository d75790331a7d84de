#include "jpeg/markers.h"
#include "exif/exif.h"
#include "reading.h"

#include <string.h>

static bool starts_with(jpeg_saved_marker_ptr marker, const char *prefix, size_t size) {
    return marker->data_length > size && memcmp(marker->data, prefix, size) == 0;
}

// A block of resources may begin in one marker and end in the next. What there is no memory for is lost.
static void keep_resources(const uint8_t *bytes, size_t count, codec_info *info, jpeg_markers *markers) {
    if (!codec_buffer_append(&markers->resources, bytes, count)) info->losses.texts++;
}

void jpeg_markers_read(j_decompress_ptr jpeg, codec_info *info, jpeg_markers *markers) {
    static const char xmp_name[29] = "http://ns.adobe.com/xap/1.0/";  // with their NULs
    static const char resources_name[14] = "Photoshop 3.0";
    static const char gain_map_name[28] = "urn:iso:std:iso:ts:21496:-1";
    exif_facts facts = {.orientation = 1};
    bool seen_exif = false, seen_profile = false;
    for (jpeg_saved_marker_ptr m = jpeg->marker_list; m; m = m->next) {
        if (m->marker == JPEG_COM && info->text_count == MAX_COMMENTS) {
            info->losses.texts++;
        } else if (m->marker == JPEG_COM) {
            markers->comments[info->text_count++] = (codec_text){
                .keyword = "", .value = (const char *)m->data, .value_size = m->data_length, .is_utf8 = true};
        } else if (m->marker == JPEG_APP0 + 1 && !seen_exif && starts_with(m, "Exif\0\0", 6)) {
            seen_exif = true;
            info->exif = m->data + 6;
            info->exif_size = m->data_length - 6;
            exif_read(m->data, m->data_length, &facts);
        } else if (m->marker == JPEG_APP0 + 1 && !info->xmp && starts_with(m, xmp_name, sizeof xmp_name)) {
            info->xmp = (const char *)m->data + sizeof xmp_name;
            info->xmp_size = m->data_length - sizeof xmp_name;
        } else if (m->marker == JPEG_APP0 + 13 && starts_with(m, resources_name, sizeof resources_name)) {
            keep_resources(m->data + sizeof resources_name, m->data_length - sizeof resources_name, info, markers);
        } else if (m->marker == JPEG_APP0 + 2) {
            seen_profile = seen_profile || starts_with(m, "ICC_PROFILE", 12);
            if (starts_with(m, "MPF", 4))
                info->losses.further_images = exif_further_images(m->data + 4, m->data_length - 4);
            if (starts_with(m, gain_map_name, sizeof gain_map_name)) info->losses.has_gain_map = true;
        }
    }
    info->resources = markers->resources.bytes;
    info->resources_size = markers->resources.count;
    info->texts = markers->comments;
    info->orientation = facts.orientation;
    JOCTET *profile = NULL;
    unsigned int profile_size = 0;
    if (jpeg_read_icc_profile(jpeg, &profile, &profile_size)) {
        markers->profile = profile;
        info->icc = profile;
        info->icc_size = profile_size;
    } else {
        info->losses.has_damaged_profile = seen_profile;
    }
    double per_metre = jpeg->density_unit == 1 ? 1 / 0.0254 : 100;
    if (jpeg->saw_JFIF_marker && jpeg->density_unit != 0 && jpeg->X_density > 0 &&
        jpeg->Y_density > 0) {
        info->density_x = jpeg->X_density * per_metre;
        info->density_y = jpeg->Y_density * per_metre;
    } else {
        info->density_x = facts.density_x;
        info->density_y = facts.density_y;
    }
    codec_turn_density(info);
}
