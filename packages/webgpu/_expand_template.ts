/** A line `//# for name < count` or `//# if condition`; both end with `//# end`. */
const DIRECTIVE = /^\s*\/\/#\s*(for|if|end)\b\s*(.*)$/;
const LOOP = /^(\w+)\s*<\s*(.+)$/;
const PLACE = /\$(?:(\w+)|\{([^}]*)\})/g;
const TOKEN = /\s*(\d+|[A-Za-z_]\w*|==|!=|[-+*/%()!])/y;

/** Names and their values in a template. */
export type TemplateValues = Readonly<Record<string, number>>;

/**
 * Expands the loops and choices of a WGSL text whose number of registers is a constant: shading languages have no loop
 * over variables. `//# for r < ROWS` repeats the lines to its `//# end`, `//# if PACKED` keeps them or not, and `$r` or
 * `${r / 4}` become numbers. Expressions know + - * / (rounded down) % == != ! and parentheses.
 */
export function expandTemplate(text: string, values: TemplateValues): string {
  const lines = text.split("\n");
  const out: string[] = [];
  expandLines(lines, 0, lines.length, values, out);
  return out.join("\n");
}

function expandLines(
  lines: readonly string[],
  start: number,
  end: number,
  values: TemplateValues,
  out: string[],
): void {
  for (let i = start; i < end; i++) {
    const line = lines[i] ?? "";
    const [, directive, rest = ""] = DIRECTIVE.exec(line) ?? [];
    if (directive === undefined) {
      out.push(line.replace(PLACE, (_, name, expression) => String(evaluate(name ?? expression, values))));
      continue;
    }
    const close = findEnd(lines, i, end);
    expandBlock(lines, i + 1, close, directive === "for" ? rest : undefined, rest, values, out);
    i = close;
  }
}

function expandBlock(
  lines: readonly string[],
  start: number,
  end: number,
  loop: string | undefined,
  condition: string,
  values: TemplateValues,
  out: string[],
): void {
  if (loop === undefined) {
    if (evaluate(condition, values) !== 0) expandLines(lines, start, end, values, out);
    return;
  }
  const [, name, limit] = LOOP.exec(loop) ?? [];
  if (name === undefined || limit === undefined) {
    throw new SyntaxError(`Cannot expand a loop as it is not "name < count": current value is ${loop}`);
  }
  const count = evaluate(limit, values);
  for (let i = 0; i < count; i++) expandLines(lines, start, end, { ...values, [name]: i }, out);
}

function findEnd(lines: readonly string[], open: number, end: number): number {
  let depth = 0;
  for (let i = open; i < end; i++) {
    const [, directive] = DIRECTIVE.exec(lines[i] ?? "") ?? [];
    if (directive === undefined) continue;
    depth += directive === "end" ? -1 : 1;
    if (depth === 0) return i;
  }
  throw new SyntaxError(`Cannot expand a template as a block has no end: current value is ${lines[open]?.trim()}`);
}

function tokenize(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const trimmed = expression.trim();
  for (let at = 0; at < trimmed.length; at = TOKEN.lastIndex) {
    const match = TOKEN.exec(trimmed);
    if (match?.[1] === undefined) {
      throw new SyntaxError(`Cannot evaluate an expression as it is malformed: current value is ${expression}`);
    }
    tokens.push(match[1]);
  }
  return tokens;
}

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => Math.floor(a / b),
  "%": (a, b) => a % b,
  "==": (a, b) => a === b ? 1 : 0,
  "!=": (a, b) => a === b ? 0 : 1,
};
/** From weakest to strongest binding. */
const LEVELS: readonly (readonly string[])[] = [["==", "!="], ["+", "-"], ["*", "/", "%"]];

function evaluate(expression: string, values: TemplateValues): number {
  const tokens = tokenize(expression);
  let at = 0;
  const atom = (): number => {
    const token = tokens[at++];
    if (token === "!") return atom() === 0 ? 1 : 0;
    if (token === "(") {
      const inner = level(0);
      at++;
      return inner;
    }
    const value = token === undefined ? NaN : values[token] ?? Number(token);
    if (Number.isNaN(value)) {
      throw new SyntaxError(`Cannot evaluate an expression as a name in it is unknown: current value is ${expression}`);
    }
    return value;
  };
  const level = (depth: number): number => {
    const operators = LEVELS[depth];
    if (operators === undefined) return atom();
    let value = level(depth + 1);
    for (let token = tokens[at]; token !== undefined && operators.includes(token); token = tokens[at]) {
      at++;
      value = OPERATORS[token]?.(value, level(depth + 1)) ?? NaN;
    }
    return value;
  };
  return level(0);
}
