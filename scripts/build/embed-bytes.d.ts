/** Bytes as text for a module, in the layout that src/engine/wasm/binary.ts describes and reads. */
export function embedBytes(bytes: Uint8Array): string;
