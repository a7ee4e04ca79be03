// Linear memory is handed out by AssemblyScript's own TLSF heap: 16-byte aligned, constant time, growing on demand.
// Only the main instance may call these: the allocator's state lives in the instance.

/**
 * A block of at least `bytes` bytes, aligned to 16. Traps when memory cannot grow.
 * @module core
 */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes);
}

/**
 * Gives a block back.
 * @module core
 */
export function release(pointer: usize): void {
  heap.free(pointer);
}
