import type { FileHost } from './file-host.js';
import { nodeFileHost } from './platform.node.js';
import { webFileHost } from './platform.web.js';

let current: FileHost | undefined;

/** The files of the host this program runs on. */
export function fileHost(): FileHost {
  current ??= nodeFileHost() ?? webFileHost();
  return current;
}
