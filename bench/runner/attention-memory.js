// Attention and its gradients in a process that has done nothing before: prints the bytes of linear memory that it has then.
//   attention-memory.js LENGTH HEADS DEPTH
const { configure, grad, memory, ops, random } = await import('../../dist/index.js');
await configure({ threads: 1 });
const [length, heads, depth] = process.argv.slice(2).map(Number);
const x = random.normal([1, length, heads, depth], { seed: 1 });
grad((q, k, v) => ops.dotProductAttention(q, k, v).sum())(x, x, x);
console.log(memory().reserved);
