// Packs files into a zip archive, without compression: images are compressed already.

const table = Uint32Array.from({ length: 256 }, (_, value) => {
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xEDB88320 ^ value >>> 1 : value >>> 1;
  return value;
});

function checksum(bytes) {
  let value = ~0;
  for (const byte of bytes) value = table[(value ^ byte) & 255] ^ value >>> 8;
  return ~value >>> 0;
}

/** A record: a signature and fields of two or four bytes, given as [value, size]. */
function record(signature, fields) {
  const bytes = new Uint8Array(4 + fields.reduce((sum, [, size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [value, size] of fields) {
    if (size === 2) view.setUint16(at, value, true); else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

/** The archive of files given as {name, blob}. Names that appear twice get numbers. */
export async function zip(files) {
  const [parts, directory, used] = [[], [], new Set()];
  let offset = 0;
  for (const { name, blob } of files) {
    let unique = name;
    for (let number = 2; used.has(unique); number++) unique = name.replace(/(\.[^.]*)?$/, ` ${number}$1`);
    used.add(unique);
    const title = new TextEncoder().encode(unique);
    const crc = checksum(new Uint8Array(await blob.arrayBuffer()));
    // Version 2.0, names in UTF-8, stored, 1 January 1980.
    const facts = [[20, 2], [0x800, 2], [0, 2], [0, 2], [0x21, 2], [crc, 4], [blob.size, 4], [blob.size, 4], [title.length, 2], [0, 2]];
    const head = record(0x04034B50, facts);
    parts.push(head, title, blob);
    directory.push(record(0x02014B50, [[20, 2], ...facts, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]), title);
    offset += head.length + title.length + blob.size;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = record(0x06054B50, [[0, 2], [0, 2], [files.length, 2], [files.length, 2], [size, 4], [offset, 4], [0, 2]]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}
