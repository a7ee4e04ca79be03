// The page's node. `?index=2&count=4&by=random` names its share of the digits; with `&record` the page keeps what it has sent.
import { configure } from 'lanegrad';
import * as flower from 'lanegrad/flower';
import { embeddedDigits, rowsOf } from '../../handwritten-digits.js';
import { BATCH_SIZE, DIVISIONS, makeClassifier, nameOf, shareOf } from '../shares.js';

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

function say(text: string): void {
  element('status').textContent = text;
}

/** One more line of the table. */
function addRow(cells: readonly string[]): void {
  const row = document.createElement('tr');
  for (const cell of cells) row.appendChild(document.createElement('td')).textContent = cell;
  element('rounds').append(row);
}

/** The number of the round. The first stages of secure aggregation have no settings. */
function roundOf({ config, groupId }: flower.FlowerMessage): string {
  return String(config.get('server-round') ?? groupId);
}

async function main(): Promise<void> {
  const query = new URL(location.href).searchParams;
  const share = {
    index: Number(query.get('index') ?? 0),
    count: Number(query.get('count') ?? 1),
    by: nameOf('by', query.get('by') ?? 'random', DIVISIONS),
  };
  await configure({ threads: 1 });
  const [[x, y]] = rowsOf(await embeddedDigits());
  const data = shareOf(x, y, share);
  const model = makeClassifier(x.shape[1] ?? 0);
  let logs: Readonly<Record<string, number>> = {};
  const sent: number[][][] = [];
  if (query.has('record')) Object.assign(globalThis, { sent });
  // The SuperLink is behind the server of this page.
  const node = await flower.join(new URL('.', location.href), {
    model,
    data,
    batchSize: BATCH_SIZE,
    onProgress(progress) {
      switch (progress.type) {
        case 'joined':
          document.documentElement.dataset['node'] = String(progress.nodeId);
          say(`Joined with ${data[0].shape[0]} digits. Waiting for a round.`);
          break;
        case 'received':
          say(`Round ${roundOf(progress.message)}: training.`);
          break;
        case 'epoch':
          logs = progress.logs;
          break;
        case 'answered': {
          const { loss = NaN, accuracy = NaN } = logs;
          const round = roundOf(progress.message);
          const kilobytes = `${(progress.bytes / 1000).toFixed(0)} kB`;
          addRow([round, loss.toFixed(4), accuracy.toFixed(4), kilobytes]);
          say('Waiting for a round.');
          // Until the next message the model has the weights that were sent.
          if (query.has('record'))
            sent.push(model.getWeights().map((weight) => [...weight.data()]));
          break;
        }
        case 'retrying':
          say(`${progress.error.message} Trying again in ${progress.seconds.toFixed(0)} s.`);
          break;
        case 'failed':
          say(String(progress.error));
          break;
        case 'dropped':
          say(`No answer was needed: ${progress.reason}.`);
          break;
        case 'left':
          say('Left. The digits never did.');
      }
    },
  });
  const leave = element('leave') as HTMLButtonElement;
  leave.disabled = false;
  leave.addEventListener('click', () => {
    leave.disabled = true;
    void node.leave();
  });
  await node.done;
}

main().catch((error: unknown) => {
  say(String(error));
});
