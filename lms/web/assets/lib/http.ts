/** POSTs from scripts: one place for the CSRF header, JSON and what a refusal says. */
import { csrfToken, word } from "@lms/page";

/** The server said no. `code` and the message are the server's own; `status` 0 means that nothing was reached. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A sentence for an answer that brought none of its own. */
export function sentenceFor(status: number): string {
  if (status === 0) return word("offline");
  if (status === 401 || status === 403) return word("denied");
  if (status === 404 || status === 410) return word("gone");
  if (status === 429) return word("busy");
  return word("failed");
}

/** What an error answer says: `{"error": code, "message": sentence}`, or our own sentence for its status. */
export async function refusalOf(response: Response): Promise<Refused> {
  const isJson = response.headers.get("Content-Type")?.includes("json") ?? false;
  const body: unknown = isJson ? await response.json().catch(() => null) : null;
  const said = (body ?? {}) as { error?: unknown; message?: unknown };
  return new Refused(
    response.status,
    typeof said.error === "string" ? said.error : "",
    typeof said.message === "string" ? said.message : sentenceFor(response.status),
  );
}

/** Send JSON, get JSON. Throws `Refused`, with status 0 when the line is down. */
export async function postJson<Answer>(url: string, data: unknown, options: RequestInit = {}): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(url, {
      ...options,
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(data),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refused(0, "offline", word("offline"));
  }
  if (!response.ok) throw await refusalOf(response);
  return (await response.json()) as Answer;
}
