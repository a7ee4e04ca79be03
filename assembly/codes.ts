// Numbers that name an operation or an element type across the border between TypeScript and Wasm.
// Both sides import this one file: plain `const enum`s are valid TypeScript and valid AssemblyScript.

/** Element types of linear memory. */
export const enum ElementType {
  Float32 = 0,
  Int32 = 1,
  Uint8 = 2,
  Bool = 3,
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

/** Functions of one float32 that are computed in float64 (assembly/numeric/elementary.ts). */
export const enum ElementaryOp {
  Arcsin = 0,
  Arccos = 1,
  Arcsinh = 2,
  Arccosh = 3,
  Arctanh = 4,
  Sinh = 5,
  Cosh = 6,
  Tan = 7,
  Exp2 = 8,
  Log2 = 9,
  Log10 = 10,
  Cbrt = 11,
  Erfc = 12,
  Erfinv = 13,
  Sinc = 14,
  BesselI0 = 15,
  BesselI1 = 16,
  LogGamma = 17,
}

/** Functions of two operands beside arithmetic (assembly/numeric/pairs.ts): of float32, then of int32. */
export const enum PairOp {
  Arctan2 = 0,
  Hypot = 1,
  LogAddExp = 2,
  LogAddExp2 = 3,
  /** The remainder with the sign of the dividend. */
  Remainder = 4,
  NextAfter = 5,
  /** x · 2^y for whole y. */
  Ldexp = 6,
  Gammainc = 7,
  FloorDivide = 8,
  And = 9,
  Or = 10,
  Xor = 11,
  ShiftLeft = 12,
  ShiftRight = 13,
  Gcd = 14,
  Lcm = 15,
  /** The first number with the sign of the second. */
  CopySign = 16,
  /** The slopes of `Gammainc` in its second number and in its first. */
  GammaDensity = 17,
  GammaincSlope = 18,
}

/** What becomes of an element of a row that is scattered, and of one that is there. */
export const enum ScatterOp {
  Replace = 0,
  Add = 1,
  Multiply = 2,
  Max = 3,
  Min = 4,
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

/** What there is beyond the ends of an axis that is sampled. */
export const enum Beyond {
  /** The same number everywhere. */
  Constant = 0,
  /** The element at the end. */
  Nearest = 1,
  /** The axis again, from its other end. */
  Wrap = 2,
  /** The axis mirrored at the centre of its last element, which does not come twice. */
  Mirror = 3,
  /** The axis mirrored behind its last element, which comes twice. */
  Reflect = 4,
}
