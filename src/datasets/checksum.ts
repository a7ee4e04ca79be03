import { DatasetError } from '../errors.js';

/**
 * Throws DatasetError where the host offers no digest. Asked before anything is read, so that a missing digest
 * is never taken for a bad file.
 */
export function requireSha256(): void {
  if (typeof globalThis.crypto?.subtle?.digest === 'function') return;
  throw new DatasetError(
    'cannot verify the data: SHA-256 needs crypto.subtle, which a browser offers only on secure pages. ' +
      'Serve the page over https or from localhost.',
  );
}

/** SHA-256 of the bytes in lower-case hexadecimal. Throws DatasetError where the host has no digest. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  requireSha256();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
