/** Files dropped or chosen go up one after another, in pieces; each piece is on the server's disk when it is answered. */
import { followProgress, type Made } from "./progress";

interface Words {
  waiting: string;
  sending: string;
  offline: string;
  sent: string;
  refused: string;
  open: string;
}

interface Data {
  begin: string;
  piece: string;
  progress: string;
  video: string;
  words: Words;
}

interface Upload {
  id: string;
  asset: string;
  offset: number;
  size: number;
  piece: number;
  complete: boolean;
}

class Refused extends Error {
  constructor(
    message: string,
    readonly offset: number | null,
  ) {
    super(message);
  }
}

const NO_ID = "00000000-0000-0000-0000-000000000000";
const RETRY_MS = [1000, 2000, 5000, 10_000];

class Row {
  readonly element: HTMLElement;
  private readonly bar: HTMLProgressElement;
  private readonly words: HTMLElement;

  constructor(template: HTMLTemplateElement, name: string) {
    const copy = template.content.firstElementChild?.cloneNode(true);
    if (!(copy instanceof HTMLElement)) throw new Error("The page has no template for uploads.");
    this.element = copy;
    this.bar = this.find("progress");
    this.words = this.find("[data-words]");
    this.find("[data-name]").textContent = name;
  }

  say(words: string): void {
    this.words.textContent = words;
  }

  sent(offset: number, size: number): void {
    this.bar.value = size ? (offset / size) * 1000 : 0;
  }

  refuse(words: string, wayOut = ""): void {
    this.element.classList.add("is-refused");
    this.bar.remove();
    this.say(words);
    this.find("[data-way-out]").textContent = wayOut;
  }

  offer(address: string, label: string): void {
    const link = this.find<HTMLAnchorElement>("[data-open]");
    link.href = address;
    link.textContent = label;
    link.hidden = false;
  }

  private find<Kind extends Element = HTMLElement>(selector: string): Kind {
    const found = this.element.querySelector<Kind>(selector);
    if (!found) throw new Error(`The template for uploads lacks ${selector}`);
    return found;
  }
}

async function ask(address: string, token: string, options: RequestInit): Promise<Upload> {
  const response = await fetch(address, {
    ...options,
    credentials: "same-origin",
    headers: { "X-CSRFToken": token, ...options.headers },
  });
  if (response.status >= 500) throw new TypeError("The server is away.");
  const body = (await response.json().catch(() => ({}))) as Partial<Upload> & { message?: string };
  if (!response.ok) throw new Refused(body.message ?? String(response.status), body.offset ?? null);
  return body as Upload;
}

function bytes(count: number): string {
  return count >= 2 ** 30 ? `${(count / 2 ** 30).toFixed(1)} GB` : `${Math.ceil(count / 2 ** 20)} MB`;
}

async function sendPieces(file: File, upload: Upload, data: Data, token: string, row: Row): Promise<Upload> {
  let { offset } = upload;
  let failures = 0;
  let last = upload;
  while (offset < file.size) {
    row.sent(offset, file.size);
    const percent = Math.floor((offset / file.size) * 100);
    row.say(data.words.sending.replace("{percent}", String(percent)).replace("{left}", bytes(file.size - offset)));
    const address = `${data.piece.replace(NO_ID, upload.id)}?offset=${offset}`;
    try {
      last = await ask(address, token, { method: "PUT", body: file.slice(offset, offset + upload.piece) });
      offset = last.offset;
      failures = 0;
    } catch (error) {
      if (error instanceof Refused) {
        // The server knows better how far we are: a piece whose answer was lost.
        if (error.offset === null) throw error;
        offset = error.offset;
        continue;
      }
      row.say(data.words.offline);
      await new Promise((resume) => window.setTimeout(resume, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
      failures += 1;
    }
  }
  row.sent(file.size, file.size);
  return last;
}

async function upload(file: File, provider: string, data: Data, token: string, row: Row): Promise<void> {
  const about = { name: file.name, size: file.size, stamp: String(file.lastModified), title: "", provider };
  try {
    const begun = await ask(data.begin, token, {
      method: "POST",
      body: JSON.stringify(about),
      headers: { "Content-Type": "application/json" },
    });
    await sendPieces(file, begun, data, token, row);
    row.say(data.words.sent);
    follow(row, begun.asset, data);
  } catch (error) {
    row.refuse(error instanceof Refused ? error.message : data.words.offline);
  }
}

function follow(row: Row, asset: string, data: Data): void {
  followProgress(row.element, data.progress.replace(NO_ID, asset), (made: Made) => {
    if (made.state === "refused") row.refuse(made.problem, made.wayOut);
    if (made.state === "ready") row.offer(data.video.replace(NO_ID, asset), data.words.open);
  });
}

export function startUploads(): void {
  const form = document.querySelector<HTMLFormElement>("[data-uploads]");
  const drop = form?.querySelector<HTMLElement>("[data-drop]");
  const input = form?.querySelector<HTMLInputElement>("[data-file]");
  const list = form?.querySelector<HTMLElement>("[data-list]");
  const template = document.querySelector<HTMLTemplateElement>("#upload-row");
  const json = document.getElementById("upload-data");
  if (!form || !drop || !input || !list || !template || !json) return;
  const data = JSON.parse(json.textContent ?? "{}") as Data;
  const token = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  let queue = Promise.resolve();
  let open = 0;

  const take = (files: FileList | null) => {
    const provider = form.querySelector<HTMLSelectElement>("[name=provider]")?.value ?? "";
    for (const file of files ?? []) {
      const row = new Row(template, file.name);
      row.say(data.words.waiting);
      list.append(row.element);
      open += 1;
      queue = queue.then(() => upload(file, provider, data, token, row)).finally(() => void (open -= 1));
    }
  };
  const takeChosen = () => {
    take(input.files);
    input.value = "";
  };
  input.addEventListener("change", takeChosen);
  // On a slow line files are chosen before this script has come.
  takeChosen();
  for (const event of ["dragenter", "dragover"]) {
    drop.addEventListener(event, (over) => {
      over.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const event of ["dragleave", "drop"]) drop.addEventListener(event, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files ?? null);
  });
  window.addEventListener("beforeunload", (event) => {
    if (open) event.preventDefault();
  });
}
