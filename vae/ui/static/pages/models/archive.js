// @ts-check
/**
 * Many files as one: a tar archive whose bytes are the files themselves, which the browser leaves on disk until they are sent. The
 * same files give the same bytes whenever they are chosen, so that an upload that was cut off goes on.
 */

/** @typedef {{path: string, file: Blob}} Chosen a file, and its path below what was chosen */

const BLOCK = 512; // bytes
const LONGEST = 100; // bytes of a name that an entry's own head holds
const encoder = new TextEncoder();

/** The archive of `files`, in the order of their paths. @param {Chosen[]} files */
export function archive(files) {
  const parts = [];
  for (const { path, file } of [...files].sort((one, other) => (one.path < other.path ? -1 : 1))) {
    const name = encoder.encode(path);
    if (name.length > LONGEST || name.length !== path.length) {
      const record = named(name);
      parts.push(head(encoder.encode("name"), record.length, "x"), record, rest(record.length));
    }
    parts.push(head(name.subarray(0, LONGEST), file.size, "0"), file, rest(file.size));
  }
  return new Blob([...parts, new Uint8Array(2 * BLOCK)], { type: "application/x-tar" });
}

/** What fills the last block. @param {number} size */
const rest = (size) => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);

/** A record that names the entry after it: its own length, in digits, comes first. @param {Uint8Array} name */
function named(name) {
  const bare = name.length + " path=\n".length;
  let length = bare;
  while (length !== bare + String(length).length) length = bare + String(length).length;
  const record = new Uint8Array(length);
  record.set(encoder.encode(`${length} path=`));
  record.set(name, length - name.length - 1);
  record[length - 1] = 10;
  return record;
}

/** An entry's head (POSIX.1-1988, "ustar"). @param {Uint8Array} name @param {number} size @param {string} kind */
function head(name, size, kind) {
  const bytes = new Uint8Array(BLOCK);
  const put = (/** @type {number} */ at, /** @type {string} */ text) => bytes.set(encoder.encode(text), at);
  bytes.set(name);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  if (size < 8 ** 11) put(124, `${size.toString(8).padStart(11, "0")}\0`);
  else {
    bytes[124] = 0x80; // more than 8 GB: in binary
    new DataView(bytes.buffer).setBigUint64(128, BigInt(size));
  }
  put(136, "00000000000\0");
  put(148, "        "); // counts as blanks in the sum
  put(156, kind);
  put(257, "ustar\x0000");
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return bytes;
}
