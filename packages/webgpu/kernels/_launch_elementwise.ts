import { elementCount, type Tensor } from "@beyond24/device";
import source from "./_elementwise.wgsl" with { type: "text" };
import { launchElements } from "./_launch_elements.ts";
import { type Binding, type Launch, type Launcher, reads, VIEW_WIDTHS, writes } from "../_launch.ts";

/** A launch that does the same to every element of tensors with the same number of elements. */
export interface ElementwiseLaunch extends Omit<Launch, "workgroups" | "tensors"> {
  /** Tensors that are read, by name. */
  readonly inputs?: Readonly<Record<string, Tensor>>;
  /** Tensors that are written (and perhaps read too), by name. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** What every invocation reads besides. */
  readonly tensors?: Readonly<Record<string, Binding>>;
}

/**
 * Launches `update_unit(i)` of the source for every unit: four neighbours where all tensors allow it, else one element. The
 * source finds `Unit`, and `load_<name>_unit` and `store_<name>_unit` for every input and output.
 */
export function launchElementwise(launcher: Launcher, elementwise: ElementwiseLaunch): void {
  const { inputs = {}, outputs, tensors, ...launch } = elementwise;
  const all = [...Object.values(inputs), ...Object.values(outputs)];
  const count = elementCount(all[0]?.shape ?? []);
  const view = [count, ...all.map(({ offset }) => offset)].every((extent) => extent % 4 === 0) ? "vector" : "scalar";
  const texts = [
    source,
    unitType(all[0]?.dtype === "i32" ? "i32" : "f32", VIEW_WIDTHS[view]),
    ...Object.keys({ ...inputs, ...outputs }).map((name) => loadUnit(name, VIEW_WIDTHS[view])),
    ...Object.keys(outputs).map((name) => storeUnit(name, VIEW_WIDTHS[view])),
    launch.source,
  ];
  launchElements(launcher, {
    ...launch,
    source: texts.join("\n"),
    tensors: { ...mapped(inputs, (x) => reads(x, view)), ...mapped(outputs, (x) => writes(x, view)), ...tensors },
    count: count / VIEW_WIDTHS[view],
  });
}

function mapped(tensors: Readonly<Record<string, Tensor>>, bind: (tensor: Tensor) => Binding): Record<string, Binding> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, bind(tensor)]));
}

function unitType(element: string, width: number): string {
  return `alias Unit = ${width === 1 ? element : `vec${width}<${element}>`};`;
}

function loadUnit(name: string, width: number): string {
  const place = width === 1 ? `load_${name}(i)` : `load${width}_${name}(${width}u * i)`;
  return `fn load_${name}_unit(i: u32) -> Unit { return ${place}; }`;
}

function storeUnit(name: string, width: number): string {
  const place = width === 1 ? `store_${name}(i, value)` : `store${width}_${name}(${width}u * i, value)`;
  return `fn store_${name}_unit(i: u32, value: Unit) { ${place}; }`;
}
