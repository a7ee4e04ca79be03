// Imported first: so little memory that it is used up in no time.
import { configure } from '../../../src/engine/runtime/index.js';

await configure({ maxMemory: 2 ** 24 });
