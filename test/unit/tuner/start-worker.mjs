// A thread has to be told itself how to read TypeScript: in Node 20, `--import tsx` is for the main thread alone.
import { register } from 'tsx/esm/api';

register();
await import('./trial-worker.ts');
