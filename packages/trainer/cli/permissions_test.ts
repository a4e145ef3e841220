import { LAUNCH_VARIABLES } from "@beyond24/mpi";
import { assertEquals } from "@std/assert";
import { loadCommands } from "./commands.ts";

Deno.test("every task may read what launchers say, so that of several processes one does it", async () => {
  const tasks = (await loadCommands()).flatMap((command) => command.tasks);
  const deaf = tasks.filter(({ permissions: { env = [] } }) => !LAUNCH_VARIABLES.every((name) => env.includes(name)));
  assertEquals(deaf.map(({ name }) => name), []);
});
