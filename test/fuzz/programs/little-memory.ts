// Imported first: sets so little memory that it is soon used up.
import { configure } from '../../../src/engine/runtime/index.js';

await configure({ maxMemory: 2 ** 24 });
