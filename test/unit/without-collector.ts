// Imported first by tests that count tensors before and after they wait for something. In between, the garbage
// collector could free what earlier tests of the file dropped, and the count would be lower by chance.
import { collected } from '../../src/engine/tensor/owner.js';

collected.register = () => undefined;
