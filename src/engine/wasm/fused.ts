// What relaxed SIMD is here. The specification leaves one thing open that lanegrad uses: whether `f32x4.relaxed_madd` rounds
// once, as processors with a fused multiply-add do, or after the product and after the sum.

/**
 * A module with one function `f(a, b, c)`, `relaxed_madd` of three float32:
 *
 *     (func (export "f") (param f32 f32 f32) (result f32)
 *       (f32x4.extract_lane 0
 *         (f32x4.relaxed_madd
 *           (f32x4.splat (local.get 0)) (f32x4.splat (local.get 1)) (f32x4.splat (local.get 2)))))
 */
const MODULE = new Uint8Array([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 8, 1, 0x60, 3, 0x7d, 0x7d, 0x7d, 1, 0x7d],
  ...[3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0],
  ...[10, 22, 1, 20, 0],
  ...[0x20, 0, 0xfd, 0x13, 0x20, 1, 0xfd, 0x13, 0x20, 2, 0xfd, 0x13],
  ...[0xfd, 0x85, 2, 0xfd, 0x1f, 0, 0x0b],
]);

/** Whether this engine has relaxed SIMD. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(MODULE);
}

/** Whether `relaxed_madd` rounds once here. False where the engine has no relaxed SIMD. */
export function fusesMultiplyAdd(): boolean {
  if (!hasRelaxedSimd()) return false;
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(MODULE)).exports;
  // (1 + 2⁻¹²)² is 1 + 2⁻¹¹ + 2⁻²⁴, and the last term is lost where the product is rounded to float32.
  const x = 1 + 2 ** -12;
  return (f as (a: number, b: number, c: number) => number)(x, x, -1 - 2 ** -11) !== 0;
}
