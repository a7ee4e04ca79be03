/** The bytes that an HDF5 file begins with. */
export const SIGNATURE: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** True for bytes that begin as an HDF5 file does. A file of its own: what reads such files is loaded when one comes. */
export function isHdf5(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}
