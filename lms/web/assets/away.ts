/**
 * The page of a site that cannot be used now: asks by itself whether it is back, ever more seldom, and opens what was
 * wanted. What was sent is never sent again; whoever sent it is told when, and led back to where they wrote it.
 */
const LONGEST_S = 30;
/** Those who were all turned away in one second do not all come back in one. */
const SPREAD = 0.5;
/** What this site, or a proxy before it, answers while it is away. */
const AWAY = [502, 503, 504];

function start(box: HTMLElement): void {
  let wait = Number(box.dataset["away"]);
  let asked = wait;
  const later = () => {
    window.setTimeout(() => void look(), Math.max(wait, asked) * 1000 * (1 + Math.random() * SPREAD));
    wait = Math.min(wait * 2, LONGEST_S);
  };
  const look = async () => {
    try {
      const answer = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" });
      if (!AWAY.includes(answer.status)) return back(box);
      asked = Number(answer.headers.get("Retry-After")) || 0;
    } catch {
      // Nothing was reached at all.
      asked = 0;
    }
    later();
  };
  later();
}

function back(box: HTMLElement): void {
  if (!box.hasAttribute("data-was-sent")) return location.reload();
  const words = box.querySelector<HTMLElement>("[data-back-words]");
  const button = box.querySelector<HTMLButtonElement>("[data-back]");
  if (!words || !button) return;
  words.textContent = words.dataset["backWords"] ?? "";
  button.hidden = false;
  button.addEventListener("click", () => history.back());
}

const box = document.querySelector<HTMLElement>("[data-away]");
if (box) start(box);
