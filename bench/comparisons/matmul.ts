import { createCpuDevice } from "@beyond24/cpu";
import type { Device } from "@beyond24/device";
import { interleave, type Run } from "../harness/measure.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import { randomValues } from "../harness/random_values.ts";
import { type Row, rowOf, type Skipped } from "../harness/row.ts";

const N = 1024;
const WHAT = `f32 matmul ${N}³, 1 thread`;

function product(device: Device): Run {
  const [a, b, out] = [0, 1, 2].map(() => device.tensor([N, N], "f32"));
  if (!a || !b || !out) throw new Error("Three tensors");
  for (const input of [a, b]) device.write(input, randomValues(N * N, 1));
  return () => device.kernels.matmul({ a, b, out });
}

/** Product of two square matrices: WebAssembly on one thread against OpenBLAS, jax-js and tfjs on one thread. */
export async function compareMatmul(rounds: number, blas: string): Promise<(Row | Skipped)[]> {
  const ours = await createCpuDevice({ threads: 1, blas: "off" });
  const native = await createCpuDevice({ threads: 1, blas });
  const scripts = ["matmul_jax_js.ts", "matmul_tfjs.ts"];
  const peers: (Peer | { readonly skipped: string })[] = [];
  for (const script of scripts) {
    const path = new URL(`../peers/${script}`, import.meta.url).pathname;
    const flags = ["run", "--allow-all", "--no-lock", "--no-check", "--quiet"];
    peers.push(await startPeer(Deno.execPath(), [...flags, path]));
  }
  const columns: Record<string, Run> = { ours: product(ours), native: product(native) };
  for (const [i, peer] of peers.entries()) if (!("skipped" in peer)) columns[String(i)] = () => peer.run();
  const times = await interleave(columns, { rounds });
  const row = (peer: string, column: string, bar: number): Row | Skipped => {
    const [mine, theirs] = [times.ours, times[column]];
    if (!mine || !theirs) return { what: WHAT, skipped: peer };
    return rowOf({ what: WHAT, ours: "WebAssembly", peer, bar }, mine, theirs);
  };
  const rows: (Row | Skipped)[] = [
    native.description.includes("no BLAS")
      ? { what: WHAT, skipped: native.description }
      : row(native.description.replace(/.*, /, ""), "native", 0.33),
    ...peers.map((peer, i) =>
      "skipped" in peer ? { what: WHAT, skipped: `${scripts[i]}: ${peer.skipped}` } : row(peer.name, String(i), 1.5)
    ),
  ];
  for (const peer of peers) if (!("skipped" in peer)) await peer.close();
  ours.dispose();
  native.dispose();
  return rows;
}
