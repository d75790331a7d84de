// The files of Studio's page, as parts of the program: nothing needs to be installed beside it. SwiftPM's own way makes
// array literals of them, which take the Swift compiler half a minute.
#include "CStudioPage.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t app_js[] = {
#embed "../Studio/Page/app.js"
};
static const uint8_t icon_svg[] = {
#embed "../Studio/Page/icon.svg"
};
static const uint8_t index_html[] = {
#embed "../Studio/Page/index.html"
};
static const uint8_t openapi_json[] = {
#embed "../Studio/Page/openapi.json"
};
static const uint8_t bitmap_js[] = {
#embed "../Studio/Page/parts/bitmap.js"
};
static const uint8_t chart_js[] = {
#embed "../Studio/Page/parts/chart.js"
};
static const uint8_t compare_js[] = {
#embed "../Studio/Page/parts/compare.js"
};
static const uint8_t examples_js[] = {
#embed "../Studio/Page/parts/examples.js"
};
static const uint8_t explore_js[] = {
#embed "../Studio/Page/parts/explore.js"
};
static const uint8_t palette_js[] = {
#embed "../Studio/Page/parts/palette.js"
};
static const uint8_t paper_js[] = {
#embed "../Studio/Page/parts/paper.js"
};
static const uint8_t starting_js[] = {
#embed "../Studio/Page/parts/starting.js"
};
static const uint8_t draw_js[] = {
#embed "../Studio/Page/places/draw.js"
};
static const uint8_t generate_js[] = {
#embed "../Studio/Page/places/generate.js"
};
static const uint8_t models_js[] = {
#embed "../Studio/Page/places/models.js"
};
static const uint8_t train_js[] = {
#embed "../Studio/Page/places/train.js"
};
static const uint8_t upscale_js[] = {
#embed "../Studio/Page/places/upscale.js"
};
static const uint8_t api_js[] = {
#embed "../Studio/Page/shared/api.js"
};
static const uint8_t dom_js[] = {
#embed "../Studio/Page/shared/dom.js"
};
static const uint8_t markdown_js[] = {
#embed "../Studio/Page/shared/markdown.js"
};
static const uint8_t zip_js[] = {
#embed "../Studio/Page/shared/zip.js"
};
static const uint8_t controls_css[] = {
#embed "../Studio/Page/styles/controls.css"
};
static const uint8_t places_css[] = {
#embed "../Studio/Page/styles/places.css"
};
static const uint8_t style_css[] = {
#embed "../Studio/Page/styles/style.css"
};

#define FILE_OF(name, bytes) {name, bytes, sizeof(bytes)}

static const studio_file files[] = {
    FILE_OF("app.js", app_js),
    FILE_OF("icon.svg", icon_svg),
    FILE_OF("index.html", index_html),
    FILE_OF("openapi.json", openapi_json),
    FILE_OF("parts/bitmap.js", bitmap_js),
    FILE_OF("parts/chart.js", chart_js),
    FILE_OF("parts/compare.js", compare_js),
    FILE_OF("parts/examples.js", examples_js),
    FILE_OF("parts/explore.js", explore_js),
    FILE_OF("parts/palette.js", palette_js),
    FILE_OF("parts/paper.js", paper_js),
    FILE_OF("parts/starting.js", starting_js),
    FILE_OF("places/draw.js", draw_js),
    FILE_OF("places/generate.js", generate_js),
    FILE_OF("places/models.js", models_js),
    FILE_OF("places/train.js", train_js),
    FILE_OF("places/upscale.js", upscale_js),
    FILE_OF("shared/api.js", api_js),
    FILE_OF("shared/dom.js", dom_js),
    FILE_OF("shared/markdown.js", markdown_js),
    FILE_OF("shared/zip.js", zip_js),
    FILE_OF("styles/controls.css", controls_css),
    FILE_OF("styles/places.css", places_css),
    FILE_OF("styles/style.css", style_css),
};

size_t studio_file_count(void) { return sizeof(files) / sizeof(files[0]); }

studio_file studio_file_at(size_t index) { return files[index]; }
