import type { Command } from "./command.ts";
import { compareCommand } from "./compare_command.ts";
import { evaluateCommand } from "./evaluate_command.ts";
import { explainCommand } from "./explain_command.ts";
import { exportCommand } from "./export_command.ts";
import { importCommand } from "./import_command.ts";
import { planCommand } from "./plan_command.ts";
import { prepareCommand } from "./prepare_command.ts";
import { reportCommand } from "./report_command.ts";
import { runsCommand } from "./runs_command.ts";
import { sampleCommand } from "./sample_command.ts";
import { serveCommand } from "./serve_command.ts";
import { tokenizerCommand } from "./tokenizer_command.ts";
import { trainCommand } from "./train_command.ts";
import { tuneCommand } from "./tune_command.ts";
import { webCommand } from "./web_command.ts";

/** Every command: a new one is a file, and a line here. */
export const commands: readonly Command[] = [
  trainCommand,
  sampleCommand,
  serveCommand,
  evaluateCommand,
  planCommand,
  reportCommand,
  compareCommand,
  runsCommand,
  webCommand,
  tuneCommand,
  explainCommand,
  tokenizerCommand,
  prepareCommand,
  exportCommand,
  importCommand,
];
