// Packs pixels into BMP files: these take no time to write, while a pen moves.

function bitmap(size, start, bytesPerRow) {
  const bytes = new Uint8Array(start + bytesPerRow * size);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4D]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, start, true);
  view.setInt32(18, size, true);
  view.setInt32(22, -size, true);
  view.setUint16(26, 1, true);
  view.setUint32(34, bytesPerRow * size, true);
  return { bytes, view };
}

/** A file with 256 levels of gray, of RGBA pixels in a square. */
export function grayBitmap(pixels, size) {
  const row = (size + 3) & ~3;
  const start = 54 + 1024;
  const { bytes, view } = bitmap(size, start, row);
  view.setUint32(14, 40, true);
  view.setUint16(28, 8, true);
  for (let level = 0; level < 256; level++) bytes.fill(level, 54 + 4 * level, 57 + 4 * level);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = 4 * (y * size + x);
      bytes[start + y * row + x] = (pixels[at] * 77 + pixels[at + 1] * 150 + pixels[at + 2] * 29) >> 8;
    }
  }
  return new Blob([bytes], { type: "image/bmp" });
}

/** A file with colors and transparency, of RGBA pixels in a square. */
export function colorBitmap(pixels, size) {
  const start = 14 + 108;
  const { bytes, view } = bitmap(size, start, 4 * size);
  view.setUint32(14, 108, true);
  view.setUint16(28, 32, true);
  view.setUint32(30, 3, true);
  [0xFF, 0xFF00, 0xFF0000, 0xFF000000].forEach((mask, index) => view.setUint32(54 + 4 * index, mask, true));
  view.setUint32(70, 0x73524742, true);
  bytes.set(pixels, start);
  return new Blob([bytes], { type: "image/bmp" });
}
