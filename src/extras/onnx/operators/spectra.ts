// Fourier transforms and grids.
import type { Operators } from '../operator.js';

export const spectra: Operators = {};
