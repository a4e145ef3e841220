import type { Command } from "./command.ts";

/** Every command by its name, loaded when it is asked for: a new one is a file, and a line here. */
const loaders: Readonly<Record<string, () => Promise<Command>>> = {
  train: async () => (await import("./train_command.ts")).trainCommand,
  sample: async () => (await import("./sample_command.ts")).sampleCommand,
  serve: async () => (await import("./serve_command.ts")).serveCommand,
  evaluate: async () => (await import("./evaluate_command.ts")).evaluateCommand,
  plan: async () => (await import("./plan_command.ts")).planCommand,
  report: async () => (await import("./report_command.ts")).reportCommand,
  compare: async () => (await import("./compare_command.ts")).compareCommand,
  runs: async () => (await import("./runs_command.ts")).runsCommand,
  web: async () => (await import("./web_command.ts")).webCommand,
  tune: async () => (await import("./tune_command.ts")).tuneCommand,
  explain: async () => (await import("./explain_command.ts")).explainCommand,
  tokenizer: async () => (await import("./tokenizer_command.ts")).tokenizerCommand,
  prepare: async () => (await import("./prepare_command.ts")).prepareCommand,
  export: async () => (await import("./export_command.ts")).exportCommand,
  import: async () => (await import("./import_command.ts")).importCommand,
};

/** Names of all commands. */
export const commandNames: readonly string[] = Object.keys(loaders);

/** A command; undefined where there is none of that name. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  return Object.hasOwn(loaders, name) ? await loaders[name]?.() : undefined;
}

/** All commands, for help and documents. */
export async function loadCommands(): Promise<Command[]> {
  return await Promise.all(Object.values(loaders).map((load) => load()));
}
