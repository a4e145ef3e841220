// The suite itself is tested here: a device with one broken kernel must fail at least one case of that kernel.
import {
  type Device,
  type HostArray,
  KERNEL_NAMES,
  type KernelName,
  type Tensor,
  type UnbiasedDraw,
} from "@beyond24/device";
import { runKernelContract } from "@beyond24/device/contract";
import { assertEquals, assertGreater } from "@std/assert";
import { floats, HostStorage, integers } from "./_host_storage.ts";
import { PackedStorage } from "./_packed_storage.ts";
import { createReferenceDevice } from "./reference_device.ts";

type Kernel = (args: object) => void;

/** A device whose kernel `name` is replaced. */
function broken(name: KernelName, replace: (right: Kernel) => Kernel): Device {
  const device = createReferenceDevice();
  const right: unknown = Reflect.get(device.kernels, name);
  if (typeof right !== "function") throw new Error(`No kernel ${name}`);
  const kernels = { ...device.kernels, [name]: replace((args) => void right.call(device.kernels, args)) };
  return new Proxy(device, {
    get(target, property) {
      if (property === "kernels") return kernels;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Runs the cases of one kernel: how many pass and how many fail. */
async function outcomes(kernel: string, createDevice: () => Device): Promise<{ passed: number; failed: number }> {
  const tests: (() => Promise<void>)[] = [];
  const test = (name: string, run: () => Promise<void>) => {
    if (name.startsWith(`broken ${kernel}: `)) tests.push(run);
  };
  runKernelContract({ name: "broken", createDevice, test });
  let failed = 0;
  for (const run of tests) await run().catch(() => failed++);
  return { passed: tests.length - failed, failed };
}

/** Where a kernel writes: every tensor and packed matrix whose memory it changed. */
function changed(kernel: Kernel, args: object): (HostArray | Uint16Array)[] {
  const arrays = new Set(memories(args));
  const before = [...arrays].map((array) => array.slice());
  kernel(args);
  return [...arrays].filter((array, i) => array.some((value, j) => !Object.is(value, before[i]?.[j])));
}

function memories(value: unknown): (HostArray | Uint16Array)[] {
  if (typeof value !== "object" || value === null) return [];
  if ("storage" in value && value.storage instanceof PackedStorage) {
    return [value.storage.values, value.storage.metadata];
  }
  if ("storage" in value && value.storage instanceof HostStorage) return [viewOf(value as Tensor)];
  return Object.values(value).flatMap(memories);
}

function viewOf(tensor: Tensor): HostArray {
  return tensor.dtype === "i32" ? integers(tensor) : floats(tensor);
}

/** Ways to break any kernel. */
const FAULTS: readonly { name: string; replace: (right: Kernel) => Kernel }[] = [
  { name: "does nothing", replace: () => () => {} },
  {
    name: "leaves the last element it writes a thousandth too large",
    replace: (right) => (args) => {
      for (const array of changed(right, args)) {
        const last = Array.from<number>(array).findLastIndex((value) => Number.isFinite(value) && value !== 0);
        if (last >= 0) array[last] = (array[last] ?? 0) * 1.001 + (array instanceof Float32Array ? 0.001 : 1);
      }
    },
  },
  {
    name: "differs from run to run",
    replace: (right) => {
      let calls = 0;
      return (args) => {
        for (const array of changed(right, args)) {
          if (array instanceof Float32Array) array.forEach((value, i) => array[i] = value * (1 + calls * 2 ** -22));
          else array[0] = (array[0] ?? 0) + (calls % 2);
        }
        calls++;
      };
    },
  },
];

for (const name of KERNEL_NAMES) {
  for (const fault of FAULTS) {
    Deno.test(`the contract catches a ${name} that ${fault.name}`, async () => {
      assertGreater((await outcomes(name, () => broken(name, fault.replace))).failed, 0);
    });
  }
}

Deno.test("the contract catches a matmul that writes behind its view", async () => {
  const replace = (right: Kernel) => (args: object) => {
    right(args);
    const { storage, offset } = Reflect.get(args, "out") as Tensor;
    if (offset > 0 && storage instanceof HostStorage) storage.data[storage.data.length - 1] = 1;
  };
  const { passed, failed } = await outcomes("matmul", () => broken("matmul", replace));
  assertEquals(failed, 1);
  assertGreater(passed, 30);
});

for (
  const [name, output] of [
    ["groupedMatmulNeurons", "out"],
    ["groupedMatmulFeatures", "out"],
    ["squaredReluSelect24", "tokens"],
    ["squaredReluBackwardSelect24", "neurons"],
  ] as const
) {
  Deno.test(`the contract catches a ${name} that writes rows behind the last sorted token`, async () => {
    const replace = (right: Kernel) => (args: object) => {
      right(args);
      const { storage } = Reflect.get(args, output) as Tensor;
      if (storage instanceof HostStorage) storage.data.forEach((x, i) => storage.data[i] = Number.isNaN(x) ? 0 : x);
    };
    const { passed, failed } = await outcomes(name, () => broken(name, replace));
    assertGreater(failed, 0);
    assertGreater(passed, 0);
  });
}

for (
  const [fault, spoil] of [
    ["takes -1 in a row map for a row", (row: number) => Math.max(row, 0)],
    ["ignores its row map", (_: number, r: number, tokens: number) => r < tokens ? r : -1],
    ["drops the last token of a row map", (row: number, _: number, tokens: number) => row === tokens - 2 ? -1 : row],
  ] as const
) {
  Deno.test(`the contract catches a groupedMatmulFeatures that ${fault}`, async () => {
    const replace = (right: Kernel) => (args: object) => {
      const [rowMap, out] = [Reflect.get(args, "rowMap") as Tensor | undefined, Reflect.get(args, "out") as Tensor];
      if (!rowMap) return right(args);
      const [tokens = 0] = out.shape;
      const storage = new HostStorage(rowMap.shape[0] ?? 0, "i32");
      storage.data.set(integers(rowMap).map((row, r) => spoil(row, r, tokens)));
      right({ ...args, rowMap: { ...rowMap, storage, offset: 0 } });
    };
    const { passed, failed } = await outcomes("groupedMatmulFeatures", () => broken("groupedMatmulFeatures", replace));
    assertGreater(failed, 0);
    assertGreater(passed, 0);
  });
}

for (const name of ["select24", "squaredReluSelect24", "squaredReluBackwardSelect24"] as const) {
  for (
    const [fault, spoil] of [
      ["selects the largest instead", () => ({ unbiased: undefined })],
      ["draws with another key", ({ key, step }: UnbiasedDraw) => ({ unbiased: { key: (key ^ 1) >>> 0, step } })],
      ["draws the same at every step", ({ key, step }: UnbiasedDraw) => {
        const storage = new HostStorage(1, "i32");
        return { unbiased: { key, step: { ...step, storage, offset: 0 } } };
      }],
    ] as const
  ) {
    Deno.test(`the contract catches a ${name} without bias that ${fault}`, async () => {
      const replace = (right: Kernel) => (args: object) => {
        const unbiased = Reflect.get(args, "unbiased") as UnbiasedDraw | undefined;
        right(unbiased ? { ...args, ...spoil(unbiased) } : args);
      };
      const { passed, failed } = await outcomes(name, () => broken(name, replace));
      assertGreater(failed, 0);
      assertGreater(passed, 0);
    });
  }
}

/** Numbers that do not fit, as a kernel that does not look at them would take them: for those of neighbouring rows. */
for (const [name, output] of [["embedding", "out"], ["gatherRows", "out"], ["scatterRows", "out"]] as const) {
  Deno.test(`the contract catches a ${name} that reads beside its tensor`, async () => {
    const replace = (right: Kernel) => (args: object) => {
      right(args);
      const { storage } = Reflect.get(args, output) as Tensor;
      if (storage instanceof HostStorage) storage.data.forEach((x, i) => storage.data[i] = Number.isNaN(x) ? 0.5 : x);
    };
    const { passed, failed } = await outcomes(name, () => broken(name, replace));
    assertGreater(failed, 0);
    assertGreater(passed, 0);
  });
}

Deno.test("the contract catches an embeddingBackward that writes beside its table", async () => {
  const replace = (right: Kernel) => (args: object) => {
    right(args);
    const [tokens, { storage, offset }] = [
      Reflect.get(args, "tokens") as Tensor,
      Reflect.get(args, "dTable") as Tensor,
    ];
    if (!integers(tokens).includes(-1) || !(storage instanceof HostStorage)) return;
    storage.data[offset - 1] = (storage.data[offset - 1] ?? 0) + 1;
  };
  const { passed, failed } = await outcomes("embeddingBackward", () => broken("embeddingBackward", replace));
  assertEquals(failed, 2);
  assertGreater(passed, 0);
});

Deno.test("the contract catches memory that is never given back", async () => {
  const device = createReferenceDevice();
  const leaking = new Proxy(device, {
    get(target, property) {
      if (property === "free") return () => {};
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const { passed, failed } = await outcomes("add", () => leaking);
  assertGreater(failed, 0);
  assertEquals(passed, 0);
});
