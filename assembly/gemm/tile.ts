// Sizes of the matrix product, each with its reason. The product is C[m,n] = A[m,k] · B[k,n].
//
//            n                     A block: MC rows × KC          B panel: KC rows × NR
//        ┌───┬───┬───┐             (packed, stays in L2)          (packed, stays in L1)
//      m │   │ C │   │  tile MR×NR of C in registers; for every B panel all row panels of the A block
//        └───┴───┴───┘

/** Rows of the register tile. Fewer rows share a k-slice, so more slices are all zero and are skipped. */
export const MR: i32 = 3;

/**
 * Columns of the register tile: three vectors. 9 accumulators + 3 of B + 1 of A + 1 product = 14 of
 * the 15 vector registers an engine has to give; one more row or vector spills and halves the speed.
 */
export const NR: i32 = 12;

/** Depth of a block, at most: a B panel of 288 × 12 floats is 14 KB, which leaves half of a 32 KB L1 to A and C. */
export const KC: i32 = 288;

/** Rows of an A block: 24 × 288 floats are 27 KB of L2, and blocks are small enough to share out evenly. */
export const MC: i32 = 24;

/** Bytes of one row of a packed B panel. */
export const NR_BYTES: usize = 48;

/** Bytes of one k-slice of a packed A panel. */
export const MR_BYTES: usize = 12;
