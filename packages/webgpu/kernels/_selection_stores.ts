import { each, wgsl } from "../_wgsl.ts";

/** Which operands a selection of activations stores packed, whether the relu is read, and whether tokens are drawn. */
export type StoreValues = {
  /** Whether the relu is read: else it is written. */
  readonly READS_RELU: boolean;
  /** Whether the result along neurons is packed. */
  readonly NEURONS_PACKED: boolean;
  /** Whether the result along tokens is packed. */
  readonly TOKENS_PACKED: boolean;
  /** Whether tokens are drawn. */
  readonly UNBIASED: boolean;
};

/** `store_neurons` and `store_tokens`, and what stores their words of metadata. */
export const storesText = ({ READS_RELU, NEURONS_PACKED, TOKENS_PACKED, UNBIASED }: StoreValues): string =>
  wgsl`
    // Four neurons of a token: what the selection along tokens is made on, what is stored, and the mask along neurons.
    struct Group {
      decided: vec4<f32>,
      values: vec4<f32>,
      mask: u32,
      nibble: u32,
    }

    fn store_neurons(row: u32, column: u32, group: Group) {
      let first = row * args.cols + column;
      ${NEURONS_PACKED && "store2_neurons_values(first / 2u, slots_of(group.values, group.mask, group.nibble));"}
      ${!NEURONS_PACKED && "store4_neurons_dense(first, group.values);"}
      ${!TOKENS_PACKED && "store4_tokens_dense(first, group.values);"}
      ${!READS_RELU && "store2_relu_values(first / 2u, slots_of(group.decided, group.mask, group.nibble));"}
    }

    // The nibbles of eight tokens.
    fn store_neuron_words(row: u32, column: u32, word: u32) {
      let place = row / 8u * (args.cols / 4u) + column / 4u;
      ${NEURONS_PACKED && "store_neurons_words(place, i32(word));"}
      ${!READS_RELU && "store_relu_words(place, i32(word));"}
    }
    ${TOKENS_PACKED && storeTokens(UNBIASED)}
  `;

const storeTokens = (isUnbiased: boolean) =>
  wgsl`

    // Two of four tokens for each of four neurons: the largest, or drawn without bias. Gives their nibbles.
    fn store_tokens(row: u32, column: u32, token_0: Group, token_1: Group, token_2: Group, token_3: Group) -> u32 {
      var nibbles = 0u;
      ${isUnbiased && "let state = group_state(row / 4u);"}
      ${each(4, (c) => selectTokens(c, isUnbiased))}
      let place = row / 2u * args.cols + column;
      store4_tokens_values(place, vec4<f32>(slots_0.x, slots_1.x, slots_2.x, slots_3.x));
      store4_tokens_values(place + args.cols, vec4<f32>(slots_0.y, slots_1.y, slots_2.y, slots_3.y));
      return nibbles;
    }

    // The nibbles of eight neurons.
    fn store_token_words(row: u32, column: u32, word: u32) {
      store_tokens_words(row / 4u * ((args.cols + 7u) / 8u) + column / 8u, i32(word));
    }
  `;

/** Neuron `c` of four: two of its four tokens. */
const selectTokens = (c: number, isUnbiased: boolean) =>
  wgsl`
    let values_${c} = vec4<f32>(${each(4, (t) => `token_${t}.values[${c}]`).join(", ")});
    ${isUnbiased ? drawnTokens(c) : largestTokens(c)}
    let nibble_${c} = nibble_of(mask_${c});
    let slots_${c} = slots_of(stored_${c}, mask_${c}, nibble_${c});
    nibbles |= nibble_${c} << ${4 * c}u;
  `;

const drawnTokens = (c: number) =>
  wgsl`
    let drawn_${c} = draw_two(rounded(values_${c}), state, column + ${c}u);
    let mask_${c} = drawn_${c}.mask;
    let stored_${c} = drawn_${c}.values;
  `;

const largestTokens = (c: number) =>
  wgsl`
    let mask_${c} = keep_largest(vec4<f32>(${each(4, (t) => `token_${t}.decided[${c}]`).join(", ")}));
    let stored_${c} = values_${c};
  `;
