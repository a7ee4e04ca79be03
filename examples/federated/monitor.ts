// What an operator wants to know about a node: counts what the node reports, and shows the counts as lines that Prometheus reads.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FlowerProgress } from 'lanegrad/flower';

/** Counts of a node since it was started. */
export class Totals {
  /** Whether the SuperLink knows the node. */
  connected = false;
  /** Answers that the server has received. */
  rounds = 0;
  /** Bytes that were received and sent. */
  received = 0;
  sent = 0;
  /** Seconds from a message to its answer, of all answers together. */
  seconds = 0;
  /** Messages that the node refused, that failed, and that no longer needed an answer. */
  refused = 0;
  failed = 0;
  dropped = 0;
  /** Requests that were sent again. */
  retries = 0;

  /** Counts what a node reports. */
  note(progress: FlowerProgress): void {
    switch (progress.type) {
      case 'joined':
        this.connected = true;
        break;
      case 'received':
        this.received += progress.bytes;
        break;
      case 'answered':
        this.rounds++;
        this.sent += progress.bytes;
        this.seconds += progress.seconds;
        break;
      case 'failed':
        if (progress.isRefusal) this.refused++;
        else this.failed++;
        break;
      case 'dropped':
        this.dropped++;
        break;
      case 'retrying':
        this.retries++;
        break;
      case 'left':
        this.connected = false;
        break;
      case 'epoch':
    }
  }

  /** The text format of Prometheus. */
  text(): string {
    return Object.entries(this)
      .map(([name, value]) => {
        const kind = name === 'connected' ? 'gauge' : 'counter';
        return `# TYPE lanegrad_node_${name} ${kind}\nlanegrad_node_${name} ${Number(value)}\n`;
      })
      .join('');
  }
}

/** Shows totals at `http://127.0.0.1:<port>/metrics`. */
export async function serveTotals(
  totals: Totals,
  port: number,
): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, answer) => {
    if (request.url !== '/metrics') {
      answer.writeHead(404).end();
      return;
    }
    answer.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(totals.text());
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
