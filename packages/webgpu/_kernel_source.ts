import { gpuStorage } from "./_gpu_storage.ts";
import { type Binding, type Launch, VIEW_WIDTHS } from "./_launch.ts";
import { textsOf, valuesOf } from "./_wgsl.ts";
import { NEAREST_HALF } from "./kernels/_nearest_half.ts";

/** Which buffer each tensor of a launch lies in: tensors that share memory share the binding. */
export interface BufferPlan {
  /** Tensor names with the number of their buffer. */
  readonly slots: readonly (readonly [name: string, binding: Binding, slot: number])[];
  /** How each buffer is bound. */
  readonly access: readonly ("read" | "write")[];
  /** Distinguishes everything that the text depends on. */
  readonly key: string;
}

/** Assigns buffers to tensors; WebGPU refuses the same buffer twice when one of the two is written. */
export function planBuffers({ kernel, tensors, text }: Launch): BufferPlan {
  const ids: number[] = [];
  const access: ("read" | "write")[] = [];
  const slots: (readonly [string, Binding, number])[] = [];
  let key = kernel;
  for (const name in tensors) {
    const binding = tensors[name];
    if (binding === undefined) continue;
    const { id } = gpuStorage(binding.tensor);
    let slot = ids.indexOf(id);
    if (slot < 0) slot = ids.push(id) - 1;
    if (access[slot] !== "write") access[slot] = binding.access;
    slots.push([name, binding, slot]);
    key += `|${name} ${slot}${binding.tensor.dtype}${binding.view}${binding.access}`;
  }
  const values = valuesOf(text);
  for (const name in values) key += `|${name}=${values[name]}`;
  return { slots, access, key };
}

const WGSL_TYPES = { f32: "f32", f16: "f16", i32: "i32", bf16: "u32" } as const;

/** What the buffer is an array of. Several halves travel as words: some compilers are slow with halves in memory. */
function elementType({ tensor, view }: Binding): string {
  const type = WGSL_TYPES[tensor.dtype];
  if (view === "atomic") return `atomic<${type}>`;
  if (view === "scalar") return type;
  if (tensor.dtype === "f16") return view === "pair" ? "u32" : "vec2<u32>";
  return `vec${VIEW_WIDTHS[view]}<${type}>`;
}

/** Loads give f32 (or i32) whatever is stored; stores round. */
function accessors(name: string, { tensor, view, access }: Binding, slot: number): string {
  const wide = tensor.dtype === "i32" ? "i32" : "f32";
  const stored = WGSL_TYPES[tensor.dtype];
  const width = VIEW_WIDTHS[view];
  const place = `buffer${slot}[args.${name}_offset + i${width === 1 ? "" : ` / ${width}u`}]`;
  if (view === "atomic") return `fn add_${name}(i: u32, value: i32) { atomicAdd(&${place}, value); }\n`;
  const [loaded, kept, suffix] = width === 1
    ? [wide, stored, ""]
    : [`vec${width}<${wide}>`, `vec${width}<${stored}>`, `${width}`];
  const isWords = stored === "f16" && width > 1;
  const value = isWords ? unpackedHalves(place, width) : `${loaded}(${place})`;
  const load = `fn load${suffix}_${name}(i: u32) -> ${loaded} { return ${value}; }\n`;
  if (access === "read") return load;
  const stores = isWords
    ? `let halves = nearest_half${width}(value); ${place} = ${packedHalves(width)};`
    : `${place} = ${kept}(${stored === "f16" ? "nearest_half(value)" : "value"});`;
  return `${load}fn store${suffix}_${name}(i: u32, value: ${loaded}) { ${stores} }\n`;
}

function unpackedHalves(place: string, width: number): string {
  if (width === 2) return `unpack2x16float(${place})`;
  return `vec4<f32>(unpack2x16float(${place}.x), unpack2x16float(${place}.y))`;
}

/** The values are halves already: packing has nothing to round. */
function packedHalves(width: number): string {
  if (width === 2) return "pack2x16float(halves)";
  return "vec2<u32>(pack2x16float(halves.xy), pack2x16float(halves.zw))";
}

/**
 * The whole text of a shader: extensions, buffers, `load_<name>` and `store_<name>` for every tensor, arguments,
 * constants, and the kernel's own text.
 */
export function kernelSource(launch: Launch, { slots, access }: BufferPlan): string {
  const types = access.map((_, slot) => slots.find(([, , other]) => other === slot)?.[1]);
  const needsHalf = slots.some(([, { tensor }]) => tensor.dtype === "f16");
  const constants = Object.entries(valuesOf(launch.text)).filter(([, value]) => typeof value === "number");
  return [
    needsHalf ? "enable f16;" : "",
    ...(launch.extensions ?? []).map((name) => `enable ${name};`),
    "struct Args {",
    ...slots.map(([name]) => `  ${name}_offset: u32,`),
    ...Object.keys(launch.integers ?? {}).map((name) => `  ${name}: u32,`),
    ...Object.keys(launch.floats ?? {}).map((name) => `  ${name}: f32,`),
    "}",
    `@group(0) @binding(${access.length}) var<uniform> args: Args;`,
    ...types.map((binding, slot) => {
      const mode = access[slot] === "write" ? "read_write" : "read";
      return binding &&
        `@group(0) @binding(${slot}) var<storage, ${mode}> buffer${slot}: array<${elementType(binding)}>;`;
    }),
    needsHalf ? NEAREST_HALF : "",
    ...slots.map((slot) => accessors(...slot)),
    ...constants.map(([name, value]) => `const ${name}: u32 = ${value}u;`),
    textsOf(launch.text),
  ].join("\n");
}
