/** Why camera or microphone cannot be had, in the user's language: what browsers say themselves is English. */
export function reasonOf(error: unknown, words: Record<string, string>): string {
  // Where a page was not opened over HTTPS there are no devices to be refused.
  const name = window.isSecureContext ? (error as Error).name : "insecure";
  return words[name] ?? words["otherError"] ?? "";
}
