// Signatures of requests, what they hold, and refusals, as in Flower's server.
import { createPublicKey, verify } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { calls } from '../../../src/extras/flower/messages.js';
import { scalar, Schema } from '../../../src/files/formats/protobuf.js';
import type { Fields } from '../../../src/files/formats/protobuf.js';

/** The public key that a request names, if its signature is correct and recent; otherwise undefined. */
export function signerOf(headers: IncomingMessage['headers']): Buffer | undefined {
  const header = (key: string): string => String(headers[key] ?? '');
  const key = Buffer.from(header('flwr-public-key'), 'base64');
  const time = header('flwr-timestamp');
  const age = (Date.now() - Date.parse(time)) / 1000;
  const isSigned = verify(
    'sha256',
    Buffer.from(time),
    { key: createPublicKey(key), dsaEncoding: 'der' },
    Buffer.from(header('flwr-signature'), 'base64'),
  );
  return isSigned && age > -5 && age < 305 ? key : undefined;
}

/** Answers with an error as Flower tells it, or with another body. @param date of the server's clock */
export function refuse(
  response: ServerResponse,
  { status, code, text, date }: { status: number; code?: number; text?: string; date?: string },
): void {
  const body = text ?? JSON.stringify({ code: code ?? 0, detail: `refused with ${code}` });
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 302 ? { location: '/elsewhere' } : {}),
    ...(date === undefined ? {} : { date }),
  });
  response.end(body);
}

/** What a node sends. The request to push an object has the object, too, which the node appends by itself. */
export function requestOf(name: keyof typeof calls): Schema<Fields> {
  const { fields } = calls[name].request as unknown as Schema<Fields>;
  if (name !== 'pushObject') return new Schema(name, fields);
  return new Schema(name, { ...fields, content: [calls.pushObject.contentField, scalar('bytes')] });
}
