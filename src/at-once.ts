// For programs that are one file anyway, as in Node: what pages load on demand is there from the start, since a program may
// run in one go, and no chunk comes meanwhile. Bundlers of pages leave it out.
import { loops } from './nn/training/loops/chunk.js';
import * as loopsCode from './nn/training/loops/index.js';
import { pool } from './engine/runtime/pool/chunk.js';
import * as poolCode from './engine/runtime/pool/index.js';

loops.provide(loopsCode);
pool.provide(poolCode);
