/** Asks how far the making of a video is, until it is made or refused. */
export interface Made {
  state: string;
  stateWords: string;
  stage: string;
  progress: number;
  problem: string;
  wayOut: string;
}

const EVERY_MS = 1000;
const SLOWER_MS = 5000;

export function followProgress(row: HTMLElement, address: string, changed: (made: Made) => void): void {
  const bar = row.querySelector("progress");
  const words = row.querySelector<HTMLElement>("[data-words]");
  const look = async () => {
    let made: Made | null = null;
    try {
      const response = await fetch(address, { credentials: "same-origin" });
      made = response.ok ? ((await response.json()) as Made) : null;
    } catch {
      made = null;
    }
    if (made) {
      if (bar) bar.value = made.state === "ready" ? 1000 : made.progress;
      const percent = made.progress ? ` ${Math.floor(made.progress / 10)}%` : "";
      if (words) words.textContent = made.problem || (made.state === "ready" ? made.stateWords : made.stage + percent);
      changed(made);
      if (made.state === "ready" || made.state === "refused") return;
    }
    window.setTimeout(() => void look(), made ? EVERY_MS : SLOWER_MS);
  };
  void look();
}
