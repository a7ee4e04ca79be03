// What one core can do with 128-bit multiply-then-add: the limit that strict Wasm SIMD is measured against.
//
// Reads words from standard input and answers each with one line:
//   limit   GFLOP/s of the best register tile, its panels in the first-level cache
//   N       milliseconds of one N x N x N product (packing included) with the 3 x 12 tile
// Vectors are GCC's and Clang's (16 bytes), so that it builds wherever they do. Without contraction to fused multiply-add
// it is the limit of the strict build, with it that of the relaxed one (see bench/native/native.ts).
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef float f32x4 __attribute__((vector_size(16)));

#define ALWAYS_INLINE static inline __attribute__((always_inline))

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *aligned(size_t bytes) {
  void *p = aligned_alloc(64, (bytes + 63) & ~(size_t)63);
  if (p == NULL) exit(1);
  memset(p, 0, bytes);
  return p;
}

// c[rows, 4 * vectors] (+)= a[k, rows] . b[k, 4 * vectors], both packed. `rows` and `vectors` are constants where
// this is inlined, so that the sums live in registers.
ALWAYS_INLINE void tile(const int rows, const int vectors, float *c, int ldc, const float *a, const float *b, int k,
                        int add) {
  f32x4 sum[6][6];
#pragma GCC unroll 6
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 6
    for (int j = 0; j < vectors; j++) {
      f32x4 zero = {0, 0, 0, 0};
      sum[i][j] = zero;
      if (add) memcpy(&sum[i][j], c + i * ldc + 4 * j, 16);
    }
  for (int p = 0; p < k; p++, a += rows, b += 4 * vectors) {
    f32x4 row[6];
#pragma GCC unroll 6
    for (int j = 0; j < vectors; j++) row[j] = *(const f32x4 *)(b + 4 * j);
#pragma GCC unroll 6
    for (int i = 0; i < rows; i++) {
      f32x4 x = {a[i], a[i], a[i], a[i]};
#pragma GCC unroll 6
      for (int j = 0; j < vectors; j++) sum[i][j] += x * row[j];
    }
  }
#pragma GCC unroll 6
  for (int i = 0; i < rows; i++)
#pragma GCC unroll 6
    for (int j = 0; j < vectors; j++) memcpy(c + i * ldc + 4 * j, &sum[i][j], 16);
}

#define TILE(ROWS, VECTORS)                                                                                     \
  __attribute__((noinline)) static void tile##ROWS##x##VECTORS(float *c, int ldc, const float *a,               \
                                                               const float *b, int k, int add) {                \
    tile(ROWS, VECTORS, c, ldc, a, b, k, add);                                                                  \
  }
TILE(3, 3)
TILE(2, 4)
TILE(4, 2)
TILE(5, 2)

typedef void Tile(float *c, int ldc, const float *a, const float *b, int k, int add);

static const struct {
  Tile *run;
  int rows, vectors;
} tiles[] = {{tile3x3, 3, 3}, {tile2x4, 2, 4}, {tile4x2, 4, 2}, {tile5x2, 5, 2}};

// 256 slices of the largest tile are 13 KiB: they stay in the first-level cache.
static double limit(void) {
  enum { K = 256, CALLS = 4000 };
  float *a = aligned(K * 6 * 4), *b = aligned(K * 24 * 4), *c = aligned(6 * 24 * 4);
  double best = 0;
  for (size_t t = 0; t < sizeof tiles / sizeof *tiles; t++)
    for (int trial = 0; trial < 3; trial++) {
      double started = now();
      for (int i = 0; i < CALLS; i++) tiles[t].run(c, 24, a, b, K, 0);
      double rate = 2.0 * K * tiles[t].rows * 4 * tiles[t].vectors * CALLS / (now() - started) / 1e9;
      if (rate > best) best = rate;
    }
  free(a), free(b), free(c);
  return best;
}

enum { MR = 3, NR = 12, KC = 384, MC = 24 };

// c[n,n] = a[n,n] . b[n,n]; ldc is n rounded up to whole tiles, for c's rows too, so that there are no edges.
// B lies packed in panels of 12 columns, A in panels of 3 rows, blocks of 384 along k.
static void sgemm(float *c, int ldc, const float *a, const float *b, int n, float *packedA, float *packedB) {
  int panels = (n + NR - 1) / NR;
  for (int q = 0; q < panels; q++)
    for (int p = 0; p < n; p++)
      for (int j = 0; j < NR; j++) {
        int column = q * NR + j;
        packedB[((size_t)q * n + p) * NR + j] = column < n ? b[(size_t)p * n + column] : 0;
      }
  for (int i0 = 0; i0 < n; i0 += MC)
    for (int p0 = 0; p0 < n; p0 += KC) {
      int k = n - p0 < KC ? n - p0 : KC;
      for (int i = 0; i < MC; i += MR)
        for (int p = 0; p < k; p++)
          for (int r = 0; r < MR; r++) {
            int row = i0 + i + r;
            packedA[(i * k) + p * MR + r] = row < n ? a[(size_t)row * n + p0 + p] : 0;
          }
      for (int q = 0; q < panels; q++)
        for (int i = 0; i < MC && i0 + i < n; i += MR)
          tile3x3(c + (size_t)(i0 + i) * ldc + q * NR, ldc, packedA + i * k, packedB + ((size_t)q * n + p0) * NR, k,
                  p0 > 0);
    }
}

// The time of one product, after one that does not count. Checks an element, so that nothing is measured that is
// not computed.
static double product(int n) {
  int ldc = (n + MC * NR - 1) / (MC * NR) * (MC * NR);
  size_t whole = (size_t)ldc * ldc * 4;
  float *a = aligned((size_t)n * n * 4), *b = aligned((size_t)n * n * 4), *c = aligned(whole);
  float *packedA = aligned(MC * KC * 4), *packedB = aligned(whole);
  for (int i = 0; i < n * n; i++) {
    a[i] = (float)(i * 7 % 13 - 6) / 8;
    b[i] = (float)(i * 5 % 11 - 5) / 8;
  }
  sgemm(c, ldc, a, b, n, packedA, packedB);
  double started = now();
  sgemm(c, ldc, a, b, n, packedA, packedB);
  double elapsed = now() - started;
  int row = n / 3, column = n - 1;
  double expected = 0;
  for (int p = 0; p < n; p++) expected += (double)a[row * n + p] * b[p * n + column];
  double error = c[(size_t)row * ldc + column] - expected;
  if (error < -1e-3 || error > 1e-3) exit(2);
  free(a), free(b), free(c), free(packedA), free(packedB);
  return elapsed * 1e3;
}

int main(void) {
  char word[32];
  while (scanf("%31s", word) == 1) {
    int n = atoi(word);
    printf("%.4f\n", n > 0 ? product(n) : limit());
    fflush(stdout);
  }
  return 0;
}
