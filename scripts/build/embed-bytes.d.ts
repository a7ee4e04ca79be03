/** Bytes as text that a module can hold, in the layout that src/engine/wasm/binary.ts describes and reads. */
export function embedBytes(bytes: Uint8Array): string;
