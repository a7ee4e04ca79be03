// Bytes of what the register tile reads.
import { MR, NR } from '../thresholds';

/** Bytes of one row of a packed B panel. */
export const NR_BYTES: usize = 4 * NR;

/** Bytes of one k-slice of a packed A panel. */
export const MR_BYTES: usize = 4 * MR;
