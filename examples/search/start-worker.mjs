// A thread has to load the reader of TypeScript itself: in Node 20, `--import tsx` only applies to the main thread.
import { register } from 'tsx/esm/api';

register();
await import('./trial-worker.ts');
