/**
 * What a language model is worth: six multiple-choice tasks, asked and scored as lm-evaluation-harness 0.4 does.
 *
 * @module
 */
export * from "./data_sets/find_task_files.ts";
export * from "./data_sets/load_task_docs.ts";
export * from "./data_sets/read_rows.ts";
export * from "./evaluation_error.ts";
export type { FewShot } from "./few_shot/few_shot.ts";
export * from "./few_shot/python_random.ts";
export * from "./results/harness_results.ts";
export * from "./results/harness_samples.ts";
export * from "./results/prepare_task.ts";
export * from "./results/score_log.ts";
export { scorePreparedTask } from "./results/score_prepared.ts";
export { type DocumentScores, scoreDocuments, scoreTask, type TaskScores } from "./score_task.ts";
export * from "./scoring/encode_request.ts";
export * from "./scoring/pack_requests.ts";
export type { PassSizes } from "./scoring/pass_sizes.ts";
export * from "./scoring/score_requests.ts";
export * from "./scoring/score_text.ts";
export { type TaskRequest, taskRequests, type TaskRequestsOptions } from "./task_requests.ts";
export * from "./tasks/task.ts";
export * from "./tasks/task_questions.ts";
export * from "./tasks/tasks.ts";
