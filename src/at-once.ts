// For programs that are one file anyway, as in Node: what pages load on demand is there from the start, since a program may
// run in one go, and no chunk comes meanwhile. Bundlers of pages leave it out.
import { loops } from './models/training/loops/chunk.js';
import * as loopsCode from './models/training/loops/index.js';
import { pool } from './runtime/pool/chunk.js';
import * as poolCode from './runtime/pool/index.js';

loops.provide(loopsCode);
pool.provide(poolCode);
