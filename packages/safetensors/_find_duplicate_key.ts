/** The end of the string literal that starts at `start`, behind its closing quote. */
function stringEnd(json: string, start: number): number {
  let index = start + 1;
  while (json[index] !== '"') index += json[index] === "\\" ? 2 : 1;
  return index + 1;
}

function skipSpace(json: string, start: number): number {
  let index = start;
  while (" \t\n\r".includes(json[index] ?? "end")) index++;
  return index;
}

/**
 * The first key that one object holds twice, at any depth of a valid JSON text.
 *
 * `JSON.parse` keeps the last of two equal keys without a word; two tensors of one name must be an error.
 */
export function findDuplicateKey(json: string): string | undefined {
  const keys: Set<string>[] = [];
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (character === "{") keys.push(new Set());
    if (character === "}") keys.pop();
    if (character !== '"') continue;
    const end = stringEnd(json, index);
    if (json[skipSpace(json, end)] === ":") {
      const key: string = JSON.parse(json.slice(index, end));
      if (keys.at(-1)?.has(key)) return key;
      keys.at(-1)?.add(key);
    }
    index = end - 1;
  }
  return undefined;
}
