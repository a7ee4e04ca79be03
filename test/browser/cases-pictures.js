// Pictures in a page: files, canvases, folders.
import { memory, tensor, utils } from '/dist/index.js';
import { check, checkEqual, checkFails, skip } from './check.js';
import { allItems, hashOfPictures } from './pictures.js';

const readPicture = async (name) =>
  new Uint8Array(await fetch(`/pictures/${name}`).then((response) => response.arrayBuffer()));

/** A canvas of two pixels, red and half transparent blue. */
function twoPixels() {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [2, 1];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.putImageData(new ImageData(new Uint8ClampedArray([255, 0, 0, 255, 0, 0, 255, 255]), 2, 1), 0, 0); // prettier-ignore
  return canvas;
}

export const cases = [
  [
    'pixels of pictures are those of Node, bit for bit',
    async () => {
      const [expected, made, ofNode] = await Promise.all([
        fetch('/pictures/expected.json').then((response) => response.json()),
        fetch('/made/pictures.json').then((response) => response.json()),
        fetch('/pictures-of-node').then((response) => response.text()),
      ]);
      const items = allItems(expected, made);
      const hash = await hashOfPictures(utils, items, async (file) =>
        Object.hasOwn(made.files, file)
          ? Uint8Array.from(atob(made.files[file]), (letter) => letter.charCodeAt(0))
          : readPicture(file),
      );
      checkEqual(hash, ofNode, `SHA-256 of ${items.length} pictures`);
      return `${items.length} pictures, ${hash}`;
    },
  ],

  [
    'pixels of what a page shows become tensors',
    async () => {
      const canvas = twoPixels();
      const pixels = [[[255, 0, 0], [0, 0, 255]]]; // prettier-ignore
      const image = new Image();
      image.src = canvas.toDataURL();
      await image.decode();
      const context = canvas.getContext('2d');
      const sources = {
        canvas,
        image,
        bitmap: await createImageBitmap(canvas),
        imageData: context.getImageData(0, 0, 2, 1),
      };
      if (typeof OffscreenCanvas !== 'undefined') {
        sources.offscreen = new OffscreenCanvas(2, 1);
        sources.offscreen.getContext('2d').drawImage(canvas, 0, 0);
      }
      if (typeof VideoFrame !== 'undefined') {
        sources.frame = new VideoFrame(canvas, { timestamp: 0 });
      }
      for (const [name, source] of Object.entries(sources)) {
        checkEqual(utils.fromPixels(source).toArray(), pixels, name);
        const red = [[[255], [0]]]; // prettier-ignore
        checkEqual(utils.fromPixels(source, { channels: 1 }).toArray(), red, `${name}, red`);
      }
      sources.frame?.close();
      await checkFails(() => utils.fromPixels(document.createElement('video')), 'ValueError', 'no pixels yet'); // prettier-ignore
      await checkFails(() => tensor(canvas), 'ValueError', 'utils.fromPixels(element)');
      return Object.keys(sources).join(', ');
    },
  ],

  [
    'tensors are drawn on a canvas',
    async () => {
      const canvas = document.createElement('canvas');
      const image = tensor([[[1, 0, 0], [0, 0.5, 1]]]); // prettier-ignore
      const bytes = await utils.toPixels(image, canvas);
      checkEqual([...bytes], [255, 0, 0, 255, 0, 128, 255, 255], 'bytes');
      checkEqual([canvas.width, canvas.height], [2, 1], 'size');
      checkEqual(utils.fromPixels(canvas).toArray(), [[[255, 0, 0], [0, 128, 255]]], 'canvas'); // prettier-ignore
    },
  ],

  [
    'files that are picked are a data set, and written pictures are read again',
    async () => {
      const before = memory().tensors;
      const names = ['p0.png', 'p1.png', 'j0.jpg', 'a.gif'];
      const files = await Promise.all(
        names.map(async (name, i) => {
          const file = new File([await readPicture(name)], name);
          const webkitRelativePath = `all/${i % 2 === 0 ? 'even' : 'odd'}/${name}`;
          return Object.defineProperty(file, 'webkitRelativePath', { value: webkitRelativePath });
        }),
      );
      const options = { imageSize: 8, batchSize: 4, shuffle: false, verbose: false };
      const dataset = await utils.imageDatasetFromDirectory(files, options);
      checkEqual(dataset.classNames, ['even', 'odd'], 'classes');
      for await (const [x, y] of dataset) {
        checkEqual(x.shape, [4, 8, 8, 3], 'shape');
        checkEqual(y.toArray(), [0, 0, 1, 1], 'labels');
        x.dispose();
        y.dispose();
      }
      dataset.dispose();
      // Fewer where the collector has found tensors of cases before.
      check(memory().tensors <= before, 'tensors');
      const written = [];
      const sink = { write: (name, bytes) => written.push([name, bytes]) };
      const pixels = utils.imgToArray(await utils.loadImg(files[0]));
      for (const fileFormat of ['png', 'jpeg']) {
        await utils.saveImg(sink, pixels, { fileFormat, scale: false });
      }
      const [[, png], [, jpeg]] = written;
      checkEqual([...(await utils.loadImg(png)).data], [...pixels.data()], 'PNG');
      check((await utils.loadImg(jpeg)).width === 12, 'JPEG');
    },
  ],

  [
    'a camera gives pixels',
    async () => {
      const canvas = twoPixels();
      if (typeof canvas.captureStream !== 'function')
        skip('this browser makes no video of a canvas');
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = canvas.captureStream(10);
      const isThere = new Promise((resolve) => {
        video.addEventListener('loadeddata', () => resolve(true), { once: true });
        setTimeout(resolve, 5000, false);
      });
      // Not waited for: where there is no frame, WebKitGTK never answers.
      video.play().catch(() => undefined);
      // A canvas sends a frame when it is drawn on.
      canvas.getContext('2d').fillRect(0, 0, 1, 1);
      if (!(await isThere)) skip('no frame came within 5 s');
      checkEqual(utils.fromPixels(video).shape, [1, 2, 3], 'shape');
    },
  ],
];
