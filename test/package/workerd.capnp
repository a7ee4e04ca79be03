using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .training)],
  # The port is given on the command line.
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const training :Workerd.Worker = (
  compatibilityDate = "2026-11-01",
  modules = [
    (name = "workerd.mjs", esModule = embed "workerd/workerd.mjs"),
    (name = "lanegrad/wasm/lanegrad.simd.wasm", wasm = embed "workerd/lanegrad.simd.wasm"),
    (name = "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm", wasm = embed "workerd/mozjpeg_dec.wasm"),
  ],
);
