// Short films for a camera that is a file (YUV4MPEG2), and pictures of the same things (PPM is no web format, so they are bitmaps):
// a red mug or a yellow star that wander, turn and come nearer in front of a grey wall. Drawn by formulas, so that no two frames
// are alike and none has to be stored.
const WIDTH = 320;
const HEIGHT = 240;
const FRAMES_A_SECOND = 15;
const SECONDS = 6;

/** Inside is where a function of the thing's own coordinates is below 0: about −1 to 1 along both axes. */
const SHAPES = {
  mug: {
    color: [190, 50, 40],
    outside: (x, y) => {
      const body = Math.max(Math.abs(x + 0.15) - 0.5, Math.abs(y) - 0.65);
      const ring = Math.abs(Math.hypot(x - 0.42, y) - 0.32) - 0.09;
      return Math.min(body, ring);
    },
  },
  star: {
    color: [225, 190, 60],
    outside: (x, y) => {
      const fifth = (2 * Math.PI) / 5;
      const angle = Math.atan2(x, y);
      const turned = Math.abs(angle - Math.round(angle / fifth) * fifth);
      return Math.hypot(x, y) * (Math.cos(turned) + 1.1 * Math.sin(turned)) - 0.75;
    },
  },
};

/** The red, green and blue of a point of a frame. */
function painter({ color, outside }, second) {
  const phase = (2 * Math.PI * second) / SECONDS;
  const [midX, midY] = [160 + 35 * Math.sin(phase), 120 + 25 * Math.sin(2 * phase + 1)];
  const size = 70 + 15 * Math.sin(3 * phase);
  const turn = 0.35 * Math.sin(2 * phase);
  const [cos, sin] = [Math.cos(turn) / size, Math.sin(turn) / size];
  const light = 1 + 0.12 * Math.sin(phase + 2);
  return (x, y) => {
    const [dx, dy] = [x - midX, y - midY];
    const [u, v] = [dx * cos + dy * sin, dy * cos - dx * sin];
    // A pixel at the edge is a bit of both.
    const inside = Math.min(1, Math.max(0, 0.5 - outside(u, v) * size));
    const wall = 120 + 25 * Math.sin(x / 40 + phase) + 12 * Math.sin(y / 9);
    const shade = 1 - 0.25 * (u + v);
    return color.map((value, i) =>
      Math.max(0, Math.min(255, light * (inside * value * shade + (1 - inside) * (wall - 6 * i)))),
    );
  };
}

/** One frame as YUV 4:2:0, of the range of films. */
function frame(shape, second) {
  const paint = painter(shape, second);
  const pixels = WIDTH * HEIGHT;
  const planes = Buffer.alloc(1.5 * pixels);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [r, g, b] = paint(x, y);
      planes[y * WIDTH + x] = 16 + 0.257 * r + 0.504 * g + 0.098 * b;
      if (x % 2 !== 0 || y % 2 !== 0) continue;
      const at = pixels + (y / 2) * (WIDTH / 2) + x / 2;
      planes[at] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
      planes[at + pixels / 4] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
    }
  }
  return planes;
}

/** A film of a `mug` or a `star`, which a camera that is a file shows again and again. */
export function clip(name) {
  const parts = [Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_A_SECOND}:1 Ip A1:1 C420jpeg\n`)]; // prettier-ignore
  for (let i = 0; i < FRAMES_A_SECOND * SECONDS; i++) {
    parts.push(Buffer.from('FRAME\n'), frame(SHAPES[name], i / FRAMES_A_SECOND));
  }
  return Buffer.concat(parts);
}

/** A picture of a `mug` or a `star` at a second of its film: a bitmap file, as one drops it on the page. */
export function still(name, second) {
  const paint = painter(SHAPES[name], second);
  const file = Buffer.alloc(54 + 3 * WIDTH * HEIGHT);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(WIDTH, 18);
  file.writeInt32LE(HEIGHT, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [r, g, b] = paint(x, HEIGHT - 1 - y);
      file.set([b, g, r], 54 + 3 * (y * WIDTH + x));
    }
  }
  return { name: `${name}-${second}.bmp`, mimeType: 'image/bmp', buffer: file };
}
