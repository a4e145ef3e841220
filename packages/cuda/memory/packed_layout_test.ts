import { encodeMetadata24, pack24, prune24 } from "@beyond24/sparse24";
import { assertEquals, assertThrows } from "@std/assert";
import { unpackDevice24 } from "./unpack_device24.ts";
import { packedLayout } from "./packed_layout.ts";

const storage = { bytes: 0 };

/** The device bytes of a canonical matrix [m, k], written by the host codecs of sparse24. */
function deviceBytes(rows: number, cols: number, axis: "rows" | "cols") {
  const { m, k, bytes, metadataOffset } = packedLayout(rows, cols, axis);
  const dense = Float32Array.from({ length: m * k }, (_, i) => ((i * 37) % 101) - 50);
  const canonical = pack24(dense, { rows: m, cols: k }, prune24(dense, { rows: m, cols: k }));
  const buffer = new Uint8Array(bytes);
  const values = new Uint16Array(buffer.buffer, 0, m * k / 2);
  const bits = new Uint32Array(canonical.values.buffer);
  for (let row = 0; row < m; row++) {
    for (let j = 0; j < k / 2; j++) {
      values[axis === "cols" ? row * k / 2 + j : j * m + row] = (bits[row * k / 2 + j] ?? 0) >>> 16;
    }
  }
  const metadata = encodeMetadata24(canonical.metadata, { rows: m, cols: k }, "wgmma-sm90");
  buffer.set(new Uint8Array(metadata.buffer), metadataOffset);
  return { buffer, canonical, metadataBytes: metadata.byteLength };
}

Deno.test("the device layout is the one of the host codecs, along both axes and off the tile grid", () => {
  for (const [rows, cols] of [[64, 128], [128, 64], [3, 20], [200, 260]] as const) {
    for (const axis of ["rows", "cols"] as const) {
      if ((axis === "cols" ? cols : rows) % 4 !== 0) continue;
      const { buffer, canonical, metadataBytes } = deviceBytes(rows, cols, axis);
      assertEquals(metadataBytes, packedLayout(rows, cols, axis).metadataBytes);
      assertEquals(unpackDevice24({ format: "2:4", rows, cols, axis, dtype: "bf16", storage }, buffer), canonical);
    }
  }
});

Deno.test("whole tiles have no padding: half the values and an eighth of a byte of metadata for each element", () => {
  const layout = packedLayout(128, 256, "cols");
  assertEquals(layout.valueBytes, 128 * 256);
  assertEquals(layout.metadataBytes, 128 * 256 / 8);
  assertEquals(layout.bytes, layout.metadataOffset + layout.metadataBytes);
});

Deno.test("broken groups are refused", () => {
  assertThrows(() => packedLayout(6, 8, "rows"), TypeError, "[6, 8]");
});
