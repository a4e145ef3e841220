import { assertEquals } from "@std/assert";
import { overrideMethods } from "./override_methods.ts";

class Counter {
  #count = 0;
  readonly name: string = "counter";

  add(): number {
    return ++this.#count;
  }

  read(): number {
    return this.#count;
  }
}

Deno.test("overrideMethods replaces some members; the others reach private fields of the original", () => {
  const counter = new Counter();
  const watched = overrideMethods(counter, { read: () => -1 });
  watched.add();
  const { add } = watched;
  add();
  assertEquals([counter.read(), watched.read(), watched.name], [2, -1, "counter"]);
});
