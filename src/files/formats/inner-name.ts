// Names that a file gives to others: a hostile one must not make its reader open anything outside of a folder.

/**
 * Whether a name stays in the folder in which it is looked for, read as a path of POSIX or Windows: a file in or below
 * it, named by parts between `/`.
 */
export function isInnerPath(name: string): boolean {
  const isAbsolute = /^\/|^[a-z][:|]/i.test(name);
  // Windows drops spaces and dots from the ends of parts, so that '.. ' is '..'.
  const leaves = name.split('/').some((part) => /^\.[. ]*$/.test(part));
  return name !== '' && !isAbsolute && !leaves && !/[\\\0]/.test(name);
}

/** Stands for any folder of the web: what leaves it leaves them all. */
const FOLDER = 'https://folder.invalid/model/';

/** No path of a host is longer. */
const MAX_LENGTH = 4096;

/**
 * Whether a name that may also be part of a URL stays in its folder. It is resolved as a browser does, and again with its escapes
 * decoded, however often they are escaped: a server may decode `..%2f` before it opens a file.
 */
export function isInnerReference(name: string): boolean {
  if (name.length > MAX_LENGTH) return false;
  for (let text = name; ;) {
    if (!isInnerPath(text) || !resolvesInside(text)) return false;
    const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, code: string) =>
      String.fromCharCode(parseInt(code, 16)),
    );
    if (decoded === text) return true;
    text = decoded;
  }
}

function resolvesInside(text: string): boolean {
  // A query or fragment would ask for another file; URLs drop tabs and line breaks; of Windows, a:b is a stream of a.

  if (/[?#:\0-\x1f\x7f]/.test(text)) return false;
  return new URL(text, FOLDER).href.startsWith(FOLDER);
}
