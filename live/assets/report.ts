/** The report: while the lesson is being settled, the page looks again by itself until the figures stand. */
import "./live.css";

const AGAIN_MS = 3000;

async function isSettled(): Promise<boolean> {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    return answer.ok && !(await answer.text()).includes("data-settling");
  } catch {
    return false;
  }
}

function look(): void {
  window.setTimeout(() => void isSettled().then((done) => (done ? location.reload() : look())), AGAIN_MS);
}

if (document.querySelector("[data-settling]")) look();
