/** htmx: the CSRF header on every request, refusals said in words, the pressed button busy meanwhile. */
import "htmx.org";

import { Refused, refusalOf, sentenceFor } from "@lms/http";
import { csrfToken } from "@lms/page";
import { problem } from "@lms/tell";

interface Context {
  request: { headers: Record<string, string>; submitter?: HTMLElement | null };
  response?: { raw: Response; status: number };
}

function on(name: string, handle: (context: Context, event: Event) => void): void {
  document.addEventListener(name, (event) => handle((event as CustomEvent<{ ctx: Context }>).detail.ctx, event));
}

function buttonOf(context: Context, event: Event): Element | null {
  return context.request.submitter ?? (event.target as Element).closest("button, .btn");
}

export function startHtmx(): void {
  on("htmx:config:request", (context) => {
    context.request.headers["X-CSRFToken"] = csrfToken();
  });
  on("htmx:before:request", (context, event) => buttonOf(context, event)?.setAttribute("aria-busy", "true"));
  on("htmx:finally:request", (context, event) => buttonOf(context, event)?.removeAttribute("aria-busy"));
  // 422 is a form with its errors, swapped in place; every other refusal is a sentence (see htmx-config in base.html).
  on("htmx:before:response", (context) => {
    const response = context.response?.raw;
    if (!response || response.ok || response.status === 422) return;
    void refusalOf(response.clone()).then((refused: Refused) => problem(refused.message));
  });
  on("htmx:error", () => problem(sentenceFor(0)));
}
