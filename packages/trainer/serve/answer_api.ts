import { hostFault, type LoopbackRequest } from "@beyond24/dashboard/loopback";
import { parseJson } from "@beyond24/disk/json";
import { ScoreError } from "@beyond24/generation";
import { ApiError, errorResponse } from "./api_error.ts";
import { choicesOf, completeChoice } from "./complete.ts";
import { streamedCompletion, wholeCompletion } from "./completion_body.ts";
import { parseCompletionRequest } from "./completion_request.ts";
import type { ServedModel } from "./served_model.ts";

/** Most bytes of a body. */
export const mostBytes: number = 2 ** 20;

/** Answers one request to the API; it never throws. `report` hears of what is a fault of this side. */
export async function answerApi(
  request: LoopbackRequest,
  port: number,
  served: ServedModel,
  report: (error: unknown) => void,
): Promise<Response> {
  const response = await route(request, port, served, report).catch((error) => errorResponse(explain(error, report)));
  response.headers.set("cache-control", "no-store");
  response.headers.set("x-content-type-options", "nosniff");
  return response;
}

/** What a client is told of an error: what went wrong here may name paths of this machine, so it is not sent. */
function explain(error: unknown, report: (error: unknown) => void): ApiError {
  if (error instanceof ApiError) return error;
  report(error);
  const type = "server_error";
  if (error instanceof ScoreError) {
    return new ApiError(`${error.message}; the model has diverged`, { status: 500, type });
  }
  return new ApiError("Cannot answer as something went wrong here: it is said where the server runs", {
    status: 500,
    type,
  });
}

async function route(
  request: LoopbackRequest,
  port: number,
  served: ServedModel,
  report: (error: unknown) => void,
): Promise<Response> {
  const fault = hostFault(request.host, port);
  if (fault !== undefined) throw new ApiError(fault, { status: 421 });
  const path = URL.parse(`http://localhost${request.target}`)?.pathname ?? "";
  if (path === "/v1/completions") {
    requireMethod(request, "POST");
    return await complete(request, served, report);
  }
  if (path === "/v1/models") {
    requireMethod(request, "GET");
    return Response.json({ object: "list", data: [describeModel(served)] });
  }
  if (path.startsWith("/v1/models/")) {
    requireMethod(request, "GET");
    requireModel(decode(path.slice("/v1/models/".length)), served);
    return Response.json(describeModel(served));
  }
  throw new ApiError(`Unknown request URL: ${request.method} ${path}`, { status: 404, code: "unknown_url" });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function requireMethod({ method }: LoopbackRequest, wanted: "GET" | "POST"): void {
  if (method === wanted) return;
  const facts = { status: 405, code: "method_not_supported", headers: { allow: wanted } };
  throw new ApiError(`Cannot answer as the method must be ${wanted}: current value is ${method}`, facts);
}

function requireModel(name: string, { id }: ServedModel): void {
  if (name === id) return;
  const facts = { status: 404, code: "model_not_found", param: "model" };
  throw new ApiError(`The model \`${name}\` does not exist: there is \`${id}\``, facts);
}

function describeModel({ id, created, contextLength }: ServedModel): Record<string, string | number> {
  return { id, object: "model", created, owned_by: "beyond24", max_model_len: contextLength };
}

async function complete(
  request: LoopbackRequest,
  served: ServedModel,
  report: (error: unknown) => void,
): Promise<Response> {
  const completion = parseCompletionRequest(await readJson(request));
  requireModel(completion.model, served);
  const choices = choicesOf(served, completion);
  const { queue, decoder } = served;
  if (decoder.waiting + choices.length > queue) {
    const facts = { status: 429, type: "requests", code: "rate_limit_exceeded" };
    throw new ApiError(
      `Cannot complete a text as ${decoder.waiting} of at most ${queue} are waiting: try again later`,
      facts,
    );
  }
  const run = {
    ...{ served, request: completion, choices },
    complete: (choice: typeof choices[number]) => completeChoice(served, completion, choice, request.signal),
    explain: (error: unknown) => explain(error, report),
  };
  return completion.stream ? streamedCompletion(run) : await wholeCompletion(run);
}

/** The body. Its type is asked for as a page of another site can send JSON only where it was allowed to. */
async function readJson({ contentType = "", readBody }: LoopbackRequest): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(contentType.trim())) {
    throw new ApiError(
      `Cannot read the body as its type must be application/json: current value is ${contentType || "none"}`,
      {
        status: 415,
      },
    );
  }
  const body = await readBody(mostBytes);
  if (body === undefined) {
    throw new ApiError(`Cannot read the body as it may have ${mostBytes} bytes: send a shorter one`, { status: 413 });
  }
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : "it must be UTF-8";
    throw new ApiError(`Cannot read the body as ${reason}`);
  }
}
