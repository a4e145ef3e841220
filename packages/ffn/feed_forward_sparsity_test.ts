import { assertEquals, assertThrows } from "@std/assert";
import { sparsityPlans, venomFormats } from "@beyond24/recipe";
import { routingSizes } from "./feed_forward_sparsity.ts";

const sparsity = { plan: sparsityPlans.paper, venom: venomFormats["93.75"] };

Deno.test("routingSizes: a plan without a router has one expert", () => {
  assertEquals(routingSizes({ ...sparsity, plan: sparsityPlans.w1 }, 8, 4).experts, 1);
  assertEquals(routingSizes(sparsity, 64, 4), { experts: 8, expertsPerToken: 1, align: 64 });
});

Deno.test("routingSizes refuses sizes that do not fit", () => {
  assertThrows(() => routingSizes(sparsity, 48, 4), RangeError, "dFfn must be a multiple of 4 · 8 experts");
  assertThrows(() => routingSizes(sparsity, 64, 6), RangeError, "dModel");
  assertThrows(() => routingSizes({ ...sparsity, expertsPerToken: 9 }, 64, 4), RangeError, "1 to 8");
  assertThrows(() => routingSizes({ ...sparsity, expertsPerToken: 1.5 }, 64, 4), RangeError, "expertsPerToken");
  assertThrows(() => routingSizes({ ...sparsity, align: 96 }, 64, 4), RangeError, "align");
  assertThrows(() => routingSizes({ ...sparsity, align: 0 }, 64, 4), RangeError, "align");
});
