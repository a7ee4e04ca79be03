import { ValueError } from '../../errors.js';
import type { NamedFile } from './open.js';

// The browser reads the bytes after the click; there is no event that says when it has them.
const KEEP_MS = 60_000;

/** Has the browser save files, as if the user had clicked on links to them. @throws ValueError where there is no page. */
export function download(label: string, files: readonly NamedFile[]): void {
  const page = globalThis.document as Document | undefined;
  if (page === undefined) {
    throw new ValueError(`${label}: only the page of a browser can download. In Node give a path.`);
  }
  for (const [name, bytes] of files) {
    const url = URL.createObjectURL(new Blob([bytes]));
    const link = page.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
  }
}
