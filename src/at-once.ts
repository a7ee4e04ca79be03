// For programs that are one file anyway, as in Node: what pages load on demand is there from the start, since a program may
// run in one go, and no chunk comes meanwhile. Bundlers of pages leave it out.
import { capture } from './capture/chunk.js';
import * as captureCode from './capture/index.js';
import { pool } from './runtime/pool/chunk.js';
import * as poolCode from './runtime/pool/index.js';

capture.provide(captureCode);
pool.provide(poolCode);
