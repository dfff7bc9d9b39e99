/** A video that counts: plays, reports what was really played, keeps what could not be sent, goes on where it was. */
import { tellProgress } from "@lms/progress";

import "./player/player.css";

import { part, showQualities, startControls, type ControlWords } from "./player/controls";
import { startCounting } from "./player/counting";
import { attach } from "./player/source";
import { filled, total, united } from "./player/spans";
import { Status, type StatusWords } from "./player/status";

interface Data {
  asset: string;
  person: string;
  source: string;
  report: string;
  links: string;
  session: string;
  duration: number;
  covered: [number, number][];
  position: number;
  positionAt: number;
  minimum: number;
  maxRate: number;
  words: ControlWords & StatusWords & { broken: string };
}

/** Where to go on: what this device remembers, if that is newer than what the server knows. */
function startAt(data: Data, key: string): number {
  let position = data.position;
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null") as { position: number; at: number } | null;
    if (kept && kept.at > data.positionAt && Number.isFinite(kept.position)) position = kept.position;
  } catch {
    position = data.position;
  }
  return position >= data.duration - 1 ? 0 : Math.max(0, position);
}

function start(box: HTMLElement, data: Data): void {
  const video = part<HTMLVideoElement>(box, "video");
  const panel = part<HTMLElement>(document, "[data-counted]");
  const place = `${data.person}.${data.asset}`;
  const positionKey = `media.position.${place}`;
  const position = startAt(data, positionKey);

  startControls(box, video, data.duration, data.words);
  const source = attach(video, data.source, position, {
    renew: () => newLinks(data.links),
    ready: () => showQualities(box, source.qualities(), data.words.auto, source.choose),
    broken: () => {
      const words = part<HTMLElement>(box, "[data-broken]");
      words.textContent = data.words.broken;
      words.hidden = false;
    },
  });

  const status = new Status(panel, data.duration, data.minimum, data.words, data.covered, (seconds) => {
    video.currentTime = seconds;
    void video.play().catch(() => undefined);
  });
  let enough = total(united(data.covered)) >= data.minimum * data.duration;
  const counting = startCounting(
    video,
    { place: `media.reports.${place}`, session: data.session, report: data.report, begins: 0 },
    {
      taken: (answer, report) => {
        status.taken(answer.covered, report.position);
        if (answer.flags.includes("too-fast")) status.trouble(data.words.tooFast);
        draw();
        // The page around shows it too: when it is enough, and when one stops to look.
        const now = answer.complete || answer.fraction >= data.minimum;
        if (now !== enough || video.paused) tellProgress();
        enough = now;
      },
      refused: (message) => status.trouble(filled(data.words.refused, { message })),
      look: (line) => {
        if (line.kind !== "saved") status.line(line);
        draw();
      },
      // Not beyond what is put down: after a device that died, what it had not put down is played again, not missed.
      put: (at) => {
        try {
          localStorage.setItem(positionKey, JSON.stringify({ position: at, at: Date.now() }));
        } catch {
          return;
        }
      },
    },
  );
  const draw = () => status.draw(video.currentTime, counting.unsent());
  part<HTMLButtonElement>(panel, "[data-retry]").addEventListener("click", counting.flush);
  draw();
  counting.flush();
}

async function newLinks(address: string): Promise<string> {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) throw new Error(String(response.status));
  return ((await response.json()) as { source: string }).source;
}

const box = document.querySelector<HTMLElement>("[data-player]");
const data = document.getElementById("player-data");
if (box && data) start(box, JSON.parse(data.textContent ?? "{}") as Data);
