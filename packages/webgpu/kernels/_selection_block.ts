import { each, wgsl } from "../_wgsl.ts";

/**
 * Selects from value_<token>_<group>, eight tokens from `row` times eight neurons from `column`: whole words of
 * metadata in both directions. Rows from `end` on are not there.
 */
export const selectionBlock = (tokensPacked: boolean): string =>
  wgsl`
    ${each(2, selectNeurons)}
    ${tokensPacked && each(2, selectTokens)}
  `;

/** Four neurons of each of eight tokens. */
const selectNeurons = (g: number) =>
  wgsl`
    var neuron_word_${g} = 0u;
    ${each(8, (r) => selectGroup(r, g))}
    if (column + ${4 * g}u < args.cols) {
      store_neuron_words(row, column + ${4 * g}u, neuron_word_${g});
    }
  `;

const selectGroup = (r: number, g: number) =>
  wgsl`
    var kept_${r}_${g} = Group(vec4<f32>(0.0), vec4<f32>(0.0), 0u, 0u);
    if (row + ${r}u < end && column + ${4 * g}u < args.cols) {
      kept_${r}_${g} = select_group(row + ${r}u, column + ${4 * g}u, value_${r}_${g});
      neuron_word_${g} |= kept_${r}_${g}.nibble << ${4 * r}u;
      store_neurons(row + ${r}u, column + ${4 * g}u, kept_${r}_${g});
    }
  `;

/** Four tokens of each of eight neurons. */
const selectTokens = (h: number) =>
  wgsl`
    if (row + ${4 * h}u < end) {
      var token_word_${h} = store_tokens(row + ${4 * h}u, column, ${keptOf(h, 0)});
      if (column + 4u < args.cols) {
        token_word_${h} |= store_tokens(row + ${4 * h}u, column + 4u, ${keptOf(h, 1)}) << 16u;
      }
      store_token_words(row + ${4 * h}u, column, token_word_${h});
    }
  `;

const keptOf = (h: number, g: number) => each(4, (r) => `kept_${4 * h + r}_${g}`).join(", ");
