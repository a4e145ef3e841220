import { elementCount, type Tensor } from "@beyond24/device";
import { launchElements } from "./_launch_elements.ts";
import { type Binding, type Launch, type Launcher, reads, VIEW_WIDTHS, writes } from "../_launch.ts";
import { wgsl } from "../_wgsl.ts";

/** One unit an invocation. */
const MAIN = wgsl`
  @compute @workgroup_size(64)
  fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = index_of(id, groups);
    if (i >= args.count) {
      return;
    }
    update_unit(i);
  }
`;

/** A launch that does the same to every element, or to every element of every row. */
export interface ElementwiseLaunch extends Omit<Launch, "workgroups" | "tensors"> {
  /** Tensors that are read, by name. */
  readonly inputs?: Readonly<Record<string, Tensor>>;
  /** Tensors that are written (and perhaps read too), by name. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** What every invocation reads besides. */
  readonly tensors?: Readonly<Record<string, Binding>>;
  /** Elements of a row, where places in one matter: a unit lies in one row. */
  readonly width?: number;
  /** Elements that are updated. Default: those of the first output. */
  readonly count?: number;
}

/**
 * Launches `update_unit(i)` of the text for every unit: four neighbours where all tensors allow it, else one element.
 * The text finds `Unit`, `load_<name>_unit` and `store_<name>_unit` for every input and output, and `args.width` in
 * units.
 */
export function launchElementwise(launcher: Launcher, elementwise: ElementwiseLaunch): void {
  const { inputs = {}, outputs, tensors, integers, ...launch } = elementwise;
  const [first] = Object.values(outputs);
  const { width = 0, count = elementCount(first?.shape ?? []) } = elementwise;
  const offsets = Object.values({ ...inputs, ...outputs }).map(({ offset }) => offset);
  const view = [count, width, ...offsets].every((extent) => extent % 4 === 0) ? "vector" : "scalar";
  const unit = VIEW_WIDTHS[view];
  const units = [
    unitType(first?.dtype === "i32" ? "i32" : "f32", unit),
    ...Object.keys({ ...inputs, ...outputs }).map((name) => loadUnit(name, unit)),
    ...Object.keys(outputs).map((name) => storeUnit(name, unit)),
  ];
  launchElements(launcher, {
    ...launch,
    text: [MAIN, ...units, ...launch.text],
    tensors: { ...mapped(inputs, (x) => reads(x, view)), ...mapped(outputs, (x) => writes(x, view)), ...tensors },
    integers: { ...integers, width: width / unit },
    count: count / unit,
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
