import { nodePlatform } from './platform.node.js';
import { webPlatform } from './platform.web.js';
import type { ThreadHost } from './thread-host.js';

let current: ThreadHost | undefined;

/** The platform this program runs on. */
export function platform(): ThreadHost {
  current ??= nodePlatform() ?? webPlatform();
  return current;
}
