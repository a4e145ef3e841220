import { DeviceUnavailableError } from "@beyond24/device";
import { presetConfig } from "@beyond24/run";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { openDevice } from "./open_device.ts";

Deno.test("openDevice opens what it is asked for, and something for auto", async () => {
  const options = { threads: 1, blas: "off", dtype: "f32", profile: false } as const;
  for (const name of ["reference", "cpu", "auto"] as const) {
    const device = await openDevice({ ...options, name });
    assert(name === "auto" || device.name === name);
    assertEquals(device.liveBytes, 0);
    device.dispose();
  }
});

Deno.test({
  name: "openDevice says what a back end is missing",
  permissions: { read: true, ffi: false },
  fn: async () => {
    const open = () => openDevice({ ...presetConfig("tiny").device, name: "cuda" });
    await assertRejects(open, DeviceUnavailableError, "use deno task train:native");
  },
});

Deno.test({
  name: "openDevice does not fall back to a device without the type that was asked for",
  // No adapter is asked for, as without a session of a user.
  permissions: { read: true, env: false },
  fn: async () => {
    const open = () => openDevice({ ...presetConfig("tiny").device, dtype: "f16" });
    await assertRejects(open, DeviceUnavailableError, "device.dtype = f16");
  },
});
