/** What a client is told besides the message, in the words of OpenAI's API. */
export interface ApiErrorFacts {
  /** Status of the response. Default 400. */
  readonly status?: number;
  /** Class of the error. Default `invalid_request_error`. */
  readonly type?: string;
  /** The field of the request that it is about. */
  readonly param?: string | null;
  /** A word for programs. */
  readonly code?: string;
  /** Headers of the response. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is not answered, and why. */
export class ApiError extends Error {
  /** Name of the class, for messages. */
  override readonly name = "ApiError";

  constructor(message: string, readonly facts: ApiErrorFacts = {}) {
    super(message);
  }
}

/** An error as OpenAI's clients expect it: the object under `error`. */
export function describeError(
  { message, facts }: ApiError,
): Record<"message" | "type" | "param" | "code", string | null> {
  const { type = "invalid_request_error", param = null, code = null } = facts;
  return { message, type, param, code };
}

/** The response for an error. */
export function errorResponse(error: ApiError): Response {
  const { status = 400, headers = {} } = error.facts;
  return Response.json({ error: describeError(error) }, { status, headers });
}
