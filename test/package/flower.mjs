// Runs in an empty project that has nothing but the packed tarball: `lanegrad/flower` shares its tensors with `lanegrad`, and
// says in plain words that there is no SuperLink.
import { Tensor, tensor } from 'lanegrad';
import * as flower from 'lanegrad/flower';

const record = new flower.ArrayRecord([tensor([1, 2])]);
if (!(record.get('0') instanceof Tensor)) throw new Error('the record has tensors of another copy');

const key = await flower.generateKey();
const again = await flower.importKey(await flower.exportKey(key));
if ((await flower.exportPublicKey(again)) !== (await flower.exportPublicKey(key))) {
  throw new Error('a key that was kept is another one');
}

try {
  await flower.join('http://127.0.0.1:9', { key, maxWaitTime: 0, query: () => ({}) });
  throw new Error('joined what is not there');
} catch (error) {
  if (!(error instanceof flower.FlowerError) || !/cannot reach/.test(error.message)) throw error;
  console.log(error.message.split('. ')[0]);
}
