import { createReferenceDevice } from "@beyond24/cpu";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { CaptureTerminal, withFolder } from "../_testing.ts";
import { writeProfile } from "./write_profile.ts";

Deno.test("writeProfile writes what a device measured, and says where none is measured", () =>
  withFolder(async (folder) => {
    const terminal = new CaptureTerminal();
    await writeProfile(folder, createReferenceDevice(), terminal);
    assertStringIncludes(terminal.errors, "as reference does not measure its kernels");
    const record = { kernel: "add", startNanoseconds: 0, nanoseconds: 500, bytes: 1000, flops: 100 };
    const device = Object.assign(createReferenceDevice(), { takeProfile: () => Promise.resolve([record]) });
    await writeProfile(folder, device, terminal);
    assertStringIncludes(terminal.written, "add");
    const { traceEvents } = JSON.parse(await Deno.readTextFile(join(folder, "profile.json")));
    assertEquals(traceEvents.length > 0, true);
  }));
