import { assertEquals } from "@std/assert";
import { breathe } from "./_breathe.ts";

/** What a connection needs: it is accepted, asked and answered. */
async function converse(listener: Deno.TcpListener): Promise<void> {
  const answer = async () => {
    using asked = await listener.accept();
    await asked.read(new Uint8Array(1));
    await asked.write(Uint8Array.of(2));
  };
  const ask = async () => {
    using asking = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
    await asking.write(Uint8Array.of(1));
    await asking.read(new Uint8Array(1));
  };
  await Promise.all([answer(), ask()]);
}

Deno.test("breathe lets a connection be accepted and answered in a few turns while something is computed", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const breath = breathe();
  let isOver = false;
  const conversation = converse(listener).then(() => isOver = true);
  for (let turn = 0; turn < 12 && !isOver; turn++) {
    for (const start = performance.now(); performance.now() - start < 9;);
    await breath();
  }
  assertEquals(isOver, true);
  await conversation;
});
