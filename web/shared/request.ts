/** HTTP to our own service: JSON both ways, and its two kinds of error told apart. */

/** The service said no: a stable `code`, a sentence for people, the status, and what else the error carried. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** The service could not be reached (`status` 0) or broke; asking again may help. */
export class Unavailable extends Error {
  constructor(
    message: string,
    readonly status = 0,
  ) {
    super(message);
  }
}

/** Why something could not be done, for a catalogue's `refused`: the service's code and sentence; `away` where it gave none. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export const AWAY: Refusal = { code: "away", message: "" };

export function refusalIn(error: unknown): Refusal {
  return error instanceof Refused ? { code: error.code, message: error.message } : AWAY;
}

export interface Request {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly token?: string;
  readonly fetch?: typeof fetch;
}

/** Asks `url` and returns its JSON (null for an empty answer). Throws Refused or Unavailable, nothing else. */
export async function ask(url: string, request: Request = {}): Promise<unknown> {
  return parsed(await answered(url, request, (answer) => answer.text()));
}

/** Asks `url` for a file: a sound, a picture. Throws as `ask` does. */
export function askForFile(url: string, request: Request = {}): Promise<Blob> {
  return answered(url, request, (answer) => answer.blob());
}

async function answered<T>(url: string, request: Request, read: (answer: Response) => Promise<T>): Promise<T> {
  const headers: Record<string, string> = {};
  if (request.body !== undefined) headers["Content-Type"] = "application/json";
  if (request.token) headers.Authorization = `Bearer ${request.token}`;
  let answer: Response;
  let text: string;
  try {
    answer = await (request.fetch ?? fetch)(url, {
      method: request.method ?? (request.body === undefined ? "GET" : "POST"),
      headers,
      credentials: "same-origin",
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    if (answer.ok) return await read(answer);
    text = await answer.text();
  } catch {
    throw new Unavailable("unreachable");
  }
  throw refusal(answer.status, parsed(text));
}

function parsed(text: string): unknown {
  try {
    return text ? (JSON.parse(text) as unknown) : null;
  } catch {
    return null;
  }
}

function refusal(status: number, body: unknown): Error {
  const error = (body as { error?: Record<string, unknown> } | null)?.error;
  const { code, message } = error ?? {};
  if (!error || typeof code !== "string") return new Unavailable(`status ${status}`, status);
  const sentence = typeof message === "string" ? message : code;
  return status >= 500 || status === 429 ? new Unavailable(sentence, status) : new Refused(code, sentence, status, error);
}
