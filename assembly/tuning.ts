// The sizes that choose a way or cut work into blocks, each with its reason. TypeScript chooses between kernels, kernels
// between loops: both sides import this one file, which is valid TypeScript and valid AssemblyScript. “Measured” means on
// the machines of docs/performance.md.

// The matrix product C[m,n] = A[m,k] · B[k,n]:
//
//            n                     A block: MC rows × KC          B panel: KC rows × NR
//        ┌───┬───┬───┐             (packed, stays in L2)          (packed, stays in L1)
//      m │   │ C │   │  tile MR×NR of C in registers; for every B panel all row panels of the A block
//        └───┴───┴───┘

/** Rows of the register tile. Fewer rows share a k-slice, so more slices are all zero and are skipped. */
export const MR = 3;

/**
 * Columns of the register tile: three vectors. 9 accumulators + 3 of B + 1 of A + 1 product = 14 of
 * the 15 vector registers an engine has to give; one more row or vector spills and halves the speed.
 */
export const NR = 12;

/** Up to so many columns of the last panel go through a tile of two vectors, which takes two thirds of the time. */
export const EDGE_COLUMNS = 8;

/** Depth of a block, at most: a B panel of 288 × 12 floats is 14 KB, which leaves half of a 32 KB L1 to A and C. */
export const KC = 288;

/** Rows of an A block: 24 × 288 floats are 27 KB of L2, and blocks are small enough to share out evenly. */
export const MC = 24;

/**
 * Floats of a packed B that the second-level cache does not hold beside A and C: 1 MiB. Above, all rows of A meet a block of
 * KC rows of B before the next one.
 */
export const LARGE_PANELS = 1 << 18;

/**
 * Of so many slices of a packed panel of A one is looked at for zeros: one that is missed is multiplied, with the same bits. Zeros
 * come back every 2, 3 or 4 columns where these are channels, and five meets all of them.
 */
export const ZERO_SAMPLE = 5;

/**
 * Rows of a row-major B that are packed together, through all panels: memory is read in its order, and each panel is written
 * 768 bytes at a time (measured, 784 × 512: panel by panel 199 µs of a step, so many rows 127, 4 or 32 rows up to a tenth more).
 */
export const PACK_ROWS = 16;

// The product with one row of A.

/**
 * Columns whose sums stay in registers: 12 vectors, which with the number of A, a vector of B and their product fill
 * the registers. Fewer are slower, as each row of B costs an offset and a number of A (measured). Panels are read only of
 * a B that has as many: for fewer columns `gemm` is as fast.
 */
export const GEMV_COLUMNS = 48;

/** Products before panels are made for those that follow: making them takes as long as four gain (measured). */
export const GEMV_BEFORE_PANELS = 4;

// The product with a matrix that is stored in less room than float32.

/** Bytes of the panels that a piece of the matrix becomes: no more of it is float32 at a time. */
export const QUANTIZED_PIECE_BYTES = 1 << 20;

// The product by the lists of what is not zero in one of the operands.

/** Columns of a panel, and of the tile of one row, which keeps 8 sums (GFLOP/s: 33, with 24 columns 31, with 16 28). */
export const LISTED_COLUMNS = 32;

/** Fewer rows do not pay for packing once more: what `predict` multiplies by is kept in the other panels. */
export const LISTED_MIN_ROWS = 64;

/** Panels of so many rows stay in the second-level cache. */
export const LISTED_MAX_DEPTH = 2048;

/** A panel up to this size stays in the first-level cache while all rows go through it. */
export const LISTED_NEAR_BYTES = 17 << 11;

/** Numbers of a list that make it worth while to go through it in pieces, each with a panel that stays in that cache. */
export const LISTED_PIECE = 40;

/**
 * What decides between lists and tiles, in nanoseconds (measured): a tile; of lists, a number that is not zero and the columns
 * of a panel, in the first-level cache and beyond it, a number of what is listed, of what is packed (or comes from memory for
 * it), and of a C that is turned, and a piece on each thread; of `gemm`, a slice of three numbers and NR columns, where some
 * slices are passed over and where all are kept.
 */
export const LISTED_TILE_NS = 9;
export const LISTED_NEAR_NS = 1.75;
export const LISTED_FAR_NS = 2.35;
export const LISTED_LISTING_NS = 0.6;
export const LISTED_PACKING_NS = 0.2;
export const LISTED_COLD_PACKING_NS = 0.6;
export const LISTED_TURNING_NS = 0.25;
export const LISTED_PIECE_NS = 2000;
export const LISTED_SLICE_NS = 2;
export const LISTED_DENSE_SLICE_NS = 1.55;

/** Lists are chosen if they take no more of the time of tiles than that: what they write pushes other things out of caches. */
export const LISTED_GAIN = 0.9;

/** Triples of rows of the sample that tells how many numbers are not zero. */
export const LISTED_SAMPLES = 6;

/** Bytes of the lists of one pass: larger ones would push the panels out of the cache. */
export const LISTED_BYTES = 1 << 21;

/**
 * Panels that are packed together: whole rows of B if there are no more panels than that, since it takes longest to
 * read pieces of rows, far from each other; else fewer, since writing at so many addresses takes time as well.
 */
export const LISTED_WHOLE_ROW = 16;
export const LISTED_GROUP = 8;

/** A packed B up to this size stays in the second-level cache, so that a few rows at a time can go through all of it. */
export const LISTED_SMALL_BYTES = 1 << 19;

/** Rows that go through a small B together. */
export const LISTED_ROWS = 8;

/** Rows of a transposed C that are turned together: a line of the cache. */
export const LISTED_TURNED_ROWS = 16;

// Convolutions whose windows move pixel by pixel, straight from the images.

/**
 * Largest kernel, in bytes: every row of outputs reads all of it, so it has to stay in the second-level cache. The
 * matrix product reads a kernel in blocks.
 */
export const DIRECT_KERNEL_BYTES = 1 << 18;

/** Largest image, in bytes: each thread may need a padded copy of one. */
export const DIRECT_IMAGE_BYTES = 1 << 20;

/** Largest such copy, in bytes: a long kernel across a wide image would make it any size. */
export const DIRECT_PADDED_BYTES = 1 << 24;

/**
 * Columns of the wide register tile, of two rows, and of the other, of four. Numbers of filters are multiples of 8 more
 * often than of the 12 of the matrix product. V8 loads all that a turn of the loop needs first: 8 sums, 4 + 2 operands
 * and a product are 15 registers, and a tile of 5 × 8 spills two sums (measured, GFLOP/s of a convolution of 16 to 32
 * channels: 2 × 16 37, 4 × 8 33, 5 × 8 21).
 */
export const WIDE = 16;
export const NARROW = 8;

/** Pixels that are worked on at a time, unless a row of y has more: their windows and the panel stay in L1. */
export const BLOCK_PIXELS = 192;

/** Bytes of padded images that are worked on at a time: they stay in L1 or L2 while all taps or channels go over them. */
export const GROUP_BYTES = 1 << 16;

/** As many numbers tell how many are zero. */
export const ZEROS_SAMPLE = 1 << 15;

/**
 * Nanoseconds of a pixel and one of the pixels over which it spreads (measured). With the tile: of a channel and NARROW
 * columns.
 */
export const DENSE_TILE_NS = 0.4;

/** Without what is zero: of a channel, for the list; of 24 columns of a pixel that is not all zero; of one number more. */
export const SPARSE_CHANNEL_NS = 0.06;
export const SPARSE_PIXEL_NS = 6.5;
export const SPARSE_NUMBER_NS = 1.4;

/**
 * From this many floats of a row of the window on, the sums of the kernel's gradient go over the elements of dy that are
 * not zero, of which there are fewer behind relu and pooling than in x. Shorter rows would leave the vectors empty.
 */
export const OUTPUTS_LINE = 16;

/** Nanoseconds of an element and a row of the kernel, for its gradient (measured). With the tile: of a column. */
export const GRADIENT_TILE_NS = 0.052;

/** Without what is zero: of a column that is in a block of sparse-rows.ts, and of four that are not. */
export const GRADIENT_COLUMN_NS = 0.055;
export const GRADIENT_REST_NS = 2.5;

/** Of the lists, over elements of dy; and of x, where dy needs zeros around it. */
export const GRADIENT_LIST_NS = 0.5;
export const GRADIENT_PADDED_NS = 1.2;

// Winograd's convolution.

/** Nanoseconds of a tile, of each channel on either side, which is transformed, and of the products of each pair. */
export const WINOGRAD_TILE_NS = 80;
export const WINOGRAD_CHANNEL_NS = 6.25;
export const WINOGRAD_PAIR_NS = 2.2;

/** Tiles whose products are added to the gradient of the kernel together: sums are read and written once for so many. */
export const WINOGRAD_GRADIENT_TILES = 48;

/** Nanoseconds of a product where the sum goes over all taps (measured, as those of a tile). */
export const DIRECT_PRODUCT_NS = 0.05;

/**
 * Tiles that are worked on together: each number of U is used so many times while V and the products stay in L2. Along lines 12
 * and 32 are as fast (measured).
 */
export const WINOGRAD_TILES = 18;

/**
 * Along lines: nanoseconds of a tile, of each channel on either side, and of the products of each pair; of each pair of the
 * kernel for a line of outputs, half of what it takes to transform it, since some lines share it. For the gradient of the
 * kernel: how much longer a tile takes, and nanoseconds of the sums of each pair in a partial sum (all measured).
 */
export const WINOGRAD_LINE_TILE_NS = 20;
export const WINOGRAD_LINE_CHANNEL_NS = 1.7;
export const WINOGRAD_LINE_PAIR_NS = 0.42;
export const WINOGRAD_LINE_KERNEL_NS = 1.5;
export const WINOGRAD_LINE_GRADIENT = 1.2;
export const WINOGRAD_LINE_SUMS_NS = 4;

/**
 * Largest kernel, in bytes, along lines: a few tiles read all of it, transformed, from whatever cache it is in, since each number
 * is used for `WINOGRAD_TILES` tiles.
 */
export const WINOGRAD_LINE_KERNEL_BYTES = 1 << 21;

// Other convolutions, by im2col and the matrix product.

/**
 * Most bytes of columns at a time. With 1 MiB a 3×3 convolution of 32 channels takes a fifth longer, with 8 MiB
 * it gains nothing (measured).
 */
export const UNROLLED_BYTES = 1 << 22;

// Depthwise convolutions.

/** Outputs that the gradient of the kernel takes together: what they meet of sixteen channels stays in L1. */
export const DEPTHWISE_PIXELS = 256;

/** Least outputs that the gradient of the kernel adds up in a partial sum of their own. */
export const DEPTHWISE_PARTIAL = 2048;

/** Most calls for the gradient of the images, one for each remainder of positions by the strides. */
export const DEPTHWISE_PHASES = 64;

// Recurrent layers.

/**
 * Rows of the batch that go through a step together, multiples of MR. Rows share each panel of the recurrent kernel that
 * comes from the second-level cache, and their states stay in L1: 24 rows of 128 units are 12 KiB, and as much again packed. A kernel up to
 * RECURRENT_SMALL_BYTES is in L1 or near, and then fewer rows are faster: each row is read and written in several regions of
 * memory that move on step by step, and processors fetch ahead in a few dozen of them (measured, 128 rows, 500 steps of a
 * GRU of 32 units: 110 ms with 24 rows, 93 with 12, 73 with 6).
 */
export const RECURRENT_ROWS = 24;
export const RECURRENT_FEW_ROWS = 6;
export const RECURRENT_SMALL_BYTES = 1 << 16;

/**
 * The walk computes x · W from this many rows on, and for a W up to so many bytes. Fewer rows would leave tiles empty, and a
 * larger W would push U out of the second-level cache.
 */
export const RECURRENT_INPUT_ROWS = 12;
export const RECURRENT_INPUT_BYTES = 1 << 19;

/**
 * Panels that are packed together for the gradient of a kernel: 648 KiB. They come from the second-level cache once for
 * MC rows of the left operands, which are packed once for all of them (measured: a step of an LSTM of 128 units takes 3 ms
 * of 113 less than with 16).
 */
export const WEIGHTS_PANELS = 48;

// Attention.

/**
 * A tile of scores: queries, a multiple of MR, and keys, a multiple of MR, NR and the 16 of a run of exponentials. The tile
 * takes 18 KiB, and as much again packed; for heads of 64 its queries take 12 and the panels of its keys 24 KiB.
 */
export const ATTENTION_QUERIES = 48;
export const ATTENTION_KEYS = 96;

// Reductions.

/** Elements of a row, and rows of columns, whose sum is taken in float32; the errors decide (reduce.ts). */
export const ROW_RUN = 256;
export const COLUMN_RUN = 8;

/** Columns that are gone down together. What is kept of one is at most 8 bytes, so that is 8 KiB of L1. */
export const STRIP = 1024;

/** Elements that are read from first to last, as processors fetch ahead: 64 KiB. */
export const REDUCE_BLOCK = 1 << 14;

/** Smaller operands are taken to be in a cache: as many elements as 16 MiB hold. */
export const LARGE = 1 << 22;

/** Elements of a row that are gone over twice, for the best and its index, or for exponentials and their sum: 4 KiB of L1. */
export const ROW_BLOCK = 1024;

/** Rows of long, narrow matrices are added up in so many partial sums: their columns alone are too few for the threads. */
export const SUM_PARTIALS = 16;
export const PARTIALS_COLUMNS = 256;
export const PARTIALS_ROWS = 1024;

// Other kernels.

/**
 * A tile of a transposition has this many elements and at most this many columns. Wide rows are read as the processor
 * expects, and the cache lines of out that one tile begins, one a column, are few enough to wait for the rest of it
 * (measured).
 */
export const TRANSPOSE_TILE = 8192;
export const TRANSPOSE_COLUMNS = 512;

/** Rows of out that are a multiple of this many bytes apart share so few places in L1 that lines do not wait there. */
export const ALIASED_BYTES = 2048;

/** Up to this length inserting is faster than counting 4 × 256 digits (measured). */
export const INSERTION = 64;

/** Elements of a run of exponentials: 1 KiB, sixteen lines of the cache, fetched together while they are looked through. */
export const EXP_BLOCK = 256;

// Fourier transforms.

/** The largest prime radix of a pass. A length with a larger prime factor becomes a convolution. */
export const MAX_RADIX = 61;
