import { each, wgsl } from "../_wgsl.ts";

/**
 * How an operand is read: packed or not, whether neighbours in memory are neighbours in the sum, four of them at a
 * time.
 */
export interface OperandForm {
  /** Whether it is packed. */
  readonly isPacked: boolean;
  /** Whether neighbours in memory are neighbours in the sum; else they are neighbouring lines. */
  readonly isInner: boolean;
  /** Whether four neighbours are read at a time. */
  readonly isVector: boolean;
}

/** Loads `name_0` to `name_n`: for each of `count` neighbouring lines the elements k to k + 3 of the sum. */
export function loadsOf(name: "a" | "b", { isPacked, isInner, isVector }: OperandForm, count: number): string {
  if (isPacked) return packedLoads(name, isInner, isVector, count);
  if (!isInner) return isVector ? acrossVectors(name, count) : acrossElements(name, count);
  return wgsl`${each(count, (o) => isVector ? innerVector(name, o) : innerElements(name, o))}`;
}

/** Line `o`, where what is behind the last line is the last line. */
const lineOf = (name: string, o: number) => `min(${name}_first + ${o}u, plan.${name}_end - 1u)`;

const innerStart = (name: string, o: number) =>
  `let ${name}_start_${o} = ${lineOf(name, o)} * args.${name}_stride + plan.${name}_inner;`;

const innerVector = (name: string, o: number) =>
  wgsl`
    ${innerStart(name, o)}
    let ${name}_${o} = load4_${name}(${name}_start_${o} + k);
  `;

const innerElements = (name: string, o: number) =>
  wgsl`
    ${innerStart(name, o)}
    let ${name}_${o} = vec4<f32>(
      load_${name}(${name}_start_${o} + min(k, last)), load_${name}(${name}_start_${o} + min(k + 1u, last)),
      load_${name}(${name}_start_${o} + min(k + 2u, last)), load_${name}(${name}_start_${o} + min(k + 3u, last)));
  `;

const rowOf = (name: string, e: number) =>
  `let ${name}_row_${e} = (plan.${name}_inner + min(k + ${e}u, last)) * args.${name}_stride;`;

/** Fours of lines that start at a multiple of four, none behind the end of memory. */
const fourOf = (name: string, q: number) => `min(${name}_first + ${4 * q}u, args.${name}_stride - 4u)`;

const acrossVectors = (name: string, count: number) =>
  wgsl`
    ${each(4, (e) => [rowOf(name, e), each(count / 4, (q) => acrossFour(name, e, q))])}
    ${each(count, (o) => acrossOne(name, o))}
  `;

const acrossFour = (name: string, e: number, q: number) =>
  `let ${name}_across_${e}_${q} = load4_${name}(${name}_row_${e} + ${fourOf(name, q)});`;

const acrossOne = (name: string, o: number) =>
  `let ${name}_${o} = vec4<f32>(${each(4, (e) => component(`${name}_across_${e}`, o)).join(", ")});`;

/** Element `o` of vectors that are numbered. */
const component = (vectors: string, o: number) => `${vectors}_${o >> 2}[${o & 3}]`;

const acrossElements = (name: string, count: number) =>
  wgsl`
    ${each(4, (e) => rowOf(name, e))}
    ${each(count, (o) => acrossLine(name, o))}
  `;

const acrossLine = (name: string, o: number) =>
  wgsl`
    let ${name}_line_${o} = ${lineOf(name, o)};
    let ${name}_${o} = vec4<f32>(${each(4, (e) => `load_${name}(${name}_row_${e} + ${name}_line_${o})`).join(", ")});
  `;

function packedLoads(name: string, isInner: boolean, isVector: boolean, count: number): string {
  return wgsl`
    let ${name}_group = (plan.${name}_inner + k) / 4u;
    ${each(Math.ceil(count / 8), (q) => metadataWord(name, isInner, q))}
    ${isInner && each(count, (o) => spreadInner(name, o))}
    ${!isInner && (isVector ? spreadVectors(name, count) : each(count, (o) => spreadElements(name, o)))}
  `;
}

/** Word `q` has the nibbles of eight lines that may lie in two words of memory. */
function metadataWord(name: string, isInner: boolean, q: number): string {
  const block = (n: number) => `min(${name}_first / 8u + ${n}u, args.${name}_blocks - 1u)`;
  const place = (n: number) =>
    isInner ? `${block(n)} * args.${name}_groups + ${name}_group` : `${name}_group * args.${name}_blocks + ${block(n)}`;
  return wgsl`
    let ${name}_low_${q} = u32(load_${name}_words(${place(q)}));
    let ${name}_high_${q} = u32(load_${name}_words(${place(q + 1)}));
    let ${name}_word_${q} = funnel(${name}_low_${q}, ${name}_high_${q}, ${name}_first & 7u);
  `;
}

/** The nibble of line `o` in its lowest bits. */
const nibbleOf = (name: string, o: number) => `${name}_word_${o >> 3} >> ${(o & 7) * 4}u`;

const spreadInner = (name: string, o: number) =>
  wgsl`
    let ${name}_line_${o} = ${lineOf(name, o)};
    let ${name}_${o} = spread(
      load2_${name}_values(2u * (${name}_line_${o} * args.${name}_groups + ${name}_group)), ${nibbleOf(name, o)});
  `;

const spreadVectors = (name: string, count: number) =>
  wgsl`
    ${each(2, (s) => each(count / 4, (q) => slotFour(name, s, q)))}
    ${each(count, (o) => spreadSlots(name, o))}
  `;

const slotFour = (name: string, s: number, q: number) =>
  wgsl`
    let ${name}_slot_${s}_${q} = load4_${name}_values(
      (2u * ${name}_group + ${s}u) * args.${name}_stride + ${fourOf(name, q)});
  `;

const spreadSlots = (name: string, o: number) =>
  wgsl`
    let ${name}_${o} = spread(
      vec2<f32>(${component(`${name}_slot_0`, o)}, ${component(`${name}_slot_1`, o)}), ${nibbleOf(name, o)});
  `;

const spreadElements = (name: string, o: number) =>
  wgsl`
    let ${name}_place_${o} = 2u * ${name}_group * args.${name}_stride + ${lineOf(name, o)};
    let ${name}_${o} = spread(
      vec2<f32>(load_${name}_values(${name}_place_${o}), load_${name}_values(${name}_place_${o} + args.${name}_stride)),
      ${nibbleOf(name, o)});
  `;
