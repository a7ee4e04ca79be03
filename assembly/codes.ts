// Numbers that name an operation or an element type across the border between TypeScript and Wasm.
// Both sides import this one file: plain `const enum`s are valid TypeScript and valid AssemblyScript.

/** Element types of linear memory. */
export const enum ElementType {
  Float32 = 0,
  Int32 = 1,
  Uint8 = 2,
  Bool = 3,
}

/**
 * y = f(x), element by element, on float32. `p0 p1 p2` are the parameters of the function. Each file of
 * `ops/functions/` has 32 numbers for the functions in it.
 */
export const enum UnaryOp {
  // elementary.ts
  Negate = 0,
  Abs = 1,
  Sign = 2,
  Sqrt = 3,
  Rsqrt = 4,
  Square = 5,
  Reciprocal = 6,
  Exp = 7,
  Expm1 = 8,
  Log = 9,
  Log1p = 10,
  Sin = 11,
  Cos = 12,
  Tanh = 13,
  Sigmoid = 14,
  Erf = 15,
  Floor = 16,
  Ceil = 17,
  /** Half to even, as NumPy. */
  Round = 18,

  // rectifiers.ts
  /** Keras relu: p0 = negative slope, p1 = max value (+inf for none), p2 = threshold. */
  Relu = 32,
  /** p0 = alpha */
  Elu = 33,
  Selu = 34,
  /** p0 = alpha */
  Celu = 35,
  /** x > p0 ? x : p1 */
  Threshold = 36,

  // piecewise.ts
  /** clip(x, p0, p1) */
  Clip = 64,
  /** clip(x, -1, 1) */
  HardTanh = 65,
  /** clip(x / 6 + 0.5, 0, 1) */
  HardSigmoid = 66,
  /** x * hardSigmoid(x) */
  HardSilu = 67,
  /** clip((x + 1) / 2, 0, 1) */
  SparseSigmoid = 68,
  /** x <= -1: 0; x >= 1: x; else (x + 1)² / 4 */
  SparsePlus = 69,
  /** x > p0: x - p0; x < -p0: x + p0; else 0 */
  SoftShrink = 70,
  /** |x| > p0 ? x : 0 */
  HardShrink = 71,

  // smooth.ts
  /** 0.5 x (1 + erf(x / sqrt 2)) */
  Gelu = 96,
  /** The tanh approximation. */
  GeluTanh = 97,
  Silu = 98,
  Softplus = 99,
  LogSigmoid = 100,
  Softsign = 101,
  /** x * tanh(softplus(x)) */
  Mish = 102,
  /** x - tanh(x) */
  TanhShrink = 103,
  /** (x + sqrt(x² + p0)) / 2 */
  Squareplus = 104,
}

/** Arithmetic of two operands; the result has their dtype (float32 or int32). */
export const enum BinaryOp {
  Add = 0,
  Subtract = 1,
  Multiply = 2,
  Divide = 3,
  Power = 4,
  /** Floor modulo: the sign of the divisor, as NumPy. */
  Modulo = 5,
  Maximum = 6,
  Minimum = 7,
}

/** Comparison of two operands of one dtype; the result is bool (bytes 0 and 1). */
export const enum CompareOp {
  Equal = 0,
  NotEqual = 1,
  Less = 2,
  LessEqual = 3,
  Greater = 4,
  GreaterEqual = 5,
}

/** Logic of two bool operands. */
export const enum LogicalOp {
  And = 0,
  Or = 1,
  Xor = 2,
}

/** Reductions along one axis. */
export const enum ReduceOp {
  Sum = 0,
  Mean = 1,
  Max = 2,
  Min = 3,
  Prod = 4,
  /** Σ x², of all elements together. */
  SumOfSquares = 5,
}

/** Activations that a matrix product applies while its result is still in cache. */
export const enum Epilogue {
  None = 0,
  Relu = 1,
  Tanh = 2,
}

/** A tile of Winograd's convolution, along an axis: its outputs, and the pixels that they see. */
export const enum WinogradTile {
  Outputs = 4,
  Pixels = 6,
}

/** A tile of Winograd's convolution along lines: its pixels. Outputs and taps together are one more. */
export const enum WinogradLine {
  Pixels = 8,
}

/** What a recurrent layer does differently; a sum of any of these. */
export const enum Recurrence {
  /** The last time step comes first. */
  Backwards = 1,
  /** Where the mask is false the output is 0, instead of the output before. */
  ZeroOutput = 2,
}

/** What a recurrent layer computes at a step. */
export const enum RecurrentCell {
  Lstm = 0,
  /** A GRU whose reset gate is applied after the matrix product. */
  GruResetAfter = 1,
  /** A GRU whose reset gate is applied before the matrix product. */
  GruResetBefore = 2,
  /** A simple recurrent layer with tanh. */
  Tanh = 3,
  /** A simple recurrent layer with relu. */
  Relu = 4,
}

/** How the numbers of a weight are stored that takes less room than float32 (assembly/quantized/forms.ts). */
export const enum StoredForm {
  /** int8, and a step for each column. */
  Int8 = 0,
  /** int8, and a step for each row. */
  Int8ByRow = 1,
  /** IEEE float16. */
  Float16 = 2,
  /** uint8, and one step and one offset for all. */
  Uint8 = 3,
  /** uint16, likewise. */
  Uint16 = 4,
}
