import type { CopyArguments, ElementwiseKernels } from "@beyond24/device";
import { elementCount } from "@beyond24/device";
import { addressOf } from "../cpu_storage.ts";
import { readFloats, writeFloats } from "../half_floats.ts";
import type { Machine } from "../machine.ts";
import { extents, workOf } from "./_extents.ts";

/** Operations on elements and rows of the contract on the WebAssembly module. */
export function elementwiseKernels(machine: Machine): ElementwiseKernels {
  const at = (operand: Parameters<Machine["at"]>[0]) => machine.at(operand);
  return {
    add({ a, b, out }) {
      const count = elementCount(out.shape);
      machine.runShort(workOf(count), "add", at(a), at(b), at(out), count);
    },
    copy: (args) => copy(machine, args),
    fill({ out, value }) {
      const count = elementCount(out.shape);
      if (out.dtype === "f32" || out.dtype === "i32") {
        machine.run("fill", at(out), count, out.dtype === "i32" ? value : machine.float(value));
      } else {
        writeFloats(machine.memory, addressOf(machine.memory, out), new Float32Array(count).fill(value), out.dtype);
      }
    },
    squaredRelu({ x, out }) {
      const count = elementCount(x.shape);
      machine.runShort(workOf(count), "squaredRelu", at(x), at(out), count);
    },
    squaredReluBackward({ x, dOut, dX }) {
      machine.run("squaredReluBackward", at(x), at(dOut), at(dX), elementCount(x.shape));
    },
    embedding({ tokens, table, out }) {
      const { rows, cols } = extents(table);
      const count = elementCount(tokens.shape);
      machine.runShort(workOf(count * cols), "embedding", at(tokens), at(table), at(out), count, 4 * cols, rows);
    },
    embeddingBackward({ tokens, dOut, dTable }) {
      const { rows, cols } = extents(dTable);
      machine.run("embeddingBackward", at(tokens), at(dOut), at(dTable), elementCount(tokens.shape), cols, rows);
    },
  };
}

/** Tensors of 16-bit types exist on this device only to be converted, which is not worth a kernel. */
function copy(machine: Machine, { x, out }: CopyArguments): void {
  const count = elementCount(x.shape);
  if (x.dtype === out.dtype && (x.dtype === "f32" || x.dtype === "i32")) {
    machine.run("copy", machine.at(x), machine.at(out), count);
    return;
  }
  const values = readFloats(machine.memory, addressOf(machine.memory, x), count, x.dtype);
  writeFloats(machine.memory, addressOf(machine.memory, out), values, out.dtype);
}
