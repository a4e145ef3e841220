import type { SubgroupForm } from "../_subgroup_form.ts";
import { part, type ShaderPart, wgsl } from "../_wgsl.ts";

/** Whether a text may use subgroups. */
type SubgroupValues = {
  /** Whether it may. */
  readonly SUBGROUPS: boolean;
};

/** `reduce_sum` over `LANES` invocations. */
export function reduceSum(form: SubgroupForm): ShaderPart {
  return part(sumText, { SUBGROUPS: form !== "none" });
}

/** `reduce_max`, behind `reduceSum`. */
export function reduceMax(form: SubgroupForm): ShaderPart {
  return part(maxText, { SUBGROUPS: form !== "none" });
}

const sumText = ({ SUBGROUPS }: SubgroupValues) =>
  wgsl`
    var<workgroup> lane_values: array<f32, LANES>;

    // The sum of a value of every invocation, always in the same order. All invocations get it.
    ${SUBGROUPS ? SUBGROUP_SUM : WORKGROUP_SUM}
  `;

const SUBGROUP_SUM = wgsl`
  // Which invocations form a subgroup does not matter, nor how many do: they count themselves, and the first of each
  // leaves their sum at its own place. Assumed is that all of them are active, which uniform control flow gives.
  fn reduce_sum(lane: u32, value: f32) -> f32 {
    let size = subgroupAdd(1u);
    let rank = subgroupExclusiveAdd(1u);
    let share = subgroupAdd(value);
    workgroupBarrier();
    lane_values[lane] = select(0.0, share, rank == 0u);
    workgroupBarrier();
    var own = 0.0;
    for (var first = 0u; first < LANES; first += size) {
      let other = first + rank;
      own += select(0.0, lane_values[min(other, LANES - 1u)], other < LANES);
    }
    return subgroupAdd(own);
  }
`;

/** In workgroup memory: `combined` joins the values of two lanes. */
const inWorkgroup = (name: string, combined: string) =>
  wgsl`
    fn ${name}(lane: u32, value: f32) -> f32 {
      workgroupBarrier();
      lane_values[lane] = value;
      workgroupBarrier();
      for (var width = LANES / 2u; width > 0u; width /= 2u) {
        if (lane < width) {
          ${combined}
        }
        workgroupBarrier();
      }
      return lane_values[0];
    }
  `;

const WORKGROUP_SUM = inWorkgroup("reduce_sum", "lane_values[lane] += lane_values[lane + width];");

const WORKGROUP_MAX = inWorkgroup(
  "reduce_max",
  "lane_values[lane] = max(lane_values[lane], lane_values[lane + width]);",
);

const maxText = ({ SUBGROUPS }: SubgroupValues) =>
  wgsl`
    // The largest of the values of all invocations.
    ${SUBGROUPS ? SUBGROUP_MAX : WORKGROUP_MAX}
  `;

const SUBGROUP_MAX = wgsl`
  fn reduce_max(lane: u32, value: f32) -> f32 {
    let size = subgroupAdd(1u);
    let rank = subgroupExclusiveAdd(1u);
    let share = subgroupMax(value);
    workgroupBarrier();
    lane_values[lane] = share;
    workgroupBarrier();
    var own = share;
    for (var first = 0u; first < LANES; first += size) {
      own = max(own, lane_values[min(first + rank, LANES - 1u)]);
    }
    return subgroupMax(own);
  }
`;
