// For programs that are one file anyway, as in Node: steps are recorded from the first one on. Bundlers of pages leave it out.
import * as capture from './index.js';
import { provideCapture } from './load.js';

provideCapture(capture);
