/** The page: files in, a verdict in words out. Nothing leaves the computer. */

import icons from "../../static/lms/icons.svg?raw";
import allWords from "../../../credit/verify_words.json";
import type { Fields } from "./canonical";
import { isCheckpointFile, type Key, parseKey } from "./note";
import { isPdf } from "./paperfile";
import { COUNTED, fixed, here, PERSONAL } from "./papers";
import { check, type Report } from "./sealed";

type Language = keyof typeof allWords;
type Word = keyof (typeof allWords)["en"];

const ICONS = new DOMParser().parseFromString(icons, "image/svg+xml");
const HUES: Readonly<Record<string, string>> = {
  changed: "verdict--changed",
  unreadable: "verdict--changed",
  revoked: "verdict--revoked",
  undecided: "verdict--revoked",
};
const SIGNS: Readonly<Record<string, string>> = { genuine: "shield", revoked: "back", undecided: "question" };

let language: Language = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
let paper: Uint8Array | undefined;
let newer: Uint8Array | undefined;
let keyLine = "";
/** Files that were chosen and are still being read. */
let reading = 0;

const say = (word: string): string => (allWords[language] as Record<string, string>)[word] ?? word;
const main = document.getElementById("main")!;

type Child = Node | string | null;

function h(tag: string, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children.filter((child): child is Node | string => child !== null));
  return element;
}

function icon(name: string): Element {
  const symbol = ICONS.getElementById(`i-${name}`)!;
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  Array.from(symbol.attributes).forEach(({ name: attribute, value }) => {
    if (attribute !== "id") drawn.setAttribute(attribute, value);
  });
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  drawn.append(...Array.from(symbol.childNodes, (child) => document.importNode(child, true)));
  return drawn;
}

function field(word: Word, hint: Word | null, input: HTMLElement): HTMLElement {
  return h(
    "label",
    { class: "field" },
    h("span", { class: "field__label" }, say(word)),
    hint && h("span", { class: "field__hint" }, say(hint)),
    input,
  );
}

function fileInput(name: string, accept: string, use: (content: Uint8Array | undefined) => void): HTMLElement {
  const input = h("input", { class: "input", type: "file", name, accept }) as HTMLInputElement;
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    // No verdict stands beside a file that it is not about, however long that takes to be read.
    unsay();
    reading += 1;
    void contentOf(file)
      .catch(() => undefined)
      .then((content) => {
        reading -= 1;
        // Another may have been chosen, and read sooner.
        if (file === input.files?.[0]) use(content);
        answer();
      });
  });
  return input;
}

async function contentOf(file: File | undefined): Promise<Uint8Array | undefined> {
  return file && new Uint8Array(await file.arrayBuffer());
}

function draw(): void {
  document.documentElement.lang = language === "zh" ? "zh-hans" : "en";
  document.title = say("title");
  const key = h("input", { class: "input", name: "key", autocomplete: "off", spellcheck: "false", value: keyLine });
  key.addEventListener("change", () => {
    keyLine = (key as HTMLInputElement).value.trim();
    answer();
  });
  const other = h("button", { class: "btn", type: "button" }, say("language"));
  other.addEventListener("click", () => {
    language = language === "zh" ? "en" : "zh";
    draw();
  });
  main.replaceChildren(
    h(
      "div",
      { class: "page__head" },
      h("div", {}, h("h1", {}, say("title")), h("p", { class: "soft small" }, say("lead"))),
      other,
    ),
    h(
      "form",
      { class: "card stack" },
      field(
        "choose-file",
        "drop",
        fileInput("file", ".pdf,.json,application/pdf,application/json", (content) => (paper = content)),
      ),
      field("choose-newer", "newer-hint", fileInput("newer", ".json,application/json", (content) => (newer = content))),
      field("choose-key", "key-hint", key),
    ),
    h("div", { class: "section", id: "answer", role: "status" }),
  );
  answer();
}

function unsay(): HTMLElement {
  const place = document.getElementById("answer")!;
  delete place.dataset["verdict"];
  delete place.dataset["fault"];
  place.replaceChildren();
  return place;
}

function answer(): void {
  const place = unsay();
  if (!paper || reading) return;
  let keys: Key[] | undefined;
  try {
    keys = keyLine ? [parseKey(keyLine)] : undefined;
  } catch {
    return place.replaceChildren(h("p", { class: "field__error", role: "alert" }, icon("alert"), say("bad-key")));
  }
  const report = check(paper, newer, keys);
  place.dataset["verdict"] = report.verdict;
  place.dataset["fault"] = report.fault;
  place.replaceChildren(...shown(report));
}

function shown(report: Report): Node[] {
  const alone = report.verdict === "changed" || !report.payload;
  const fault = report.fault === "revoked" ? "revoked-words" : report.fault;
  const head = h(
    "div",
    { class: ["verdict", HUES[report.verdict] ?? "", alone ? "verdict--alone" : ""].join(" ").trim() },
    icon(SIGNS[report.verdict] ?? "alert"),
    h(
      "div",
      {},
      h("h2", { class: "verdict__words" }, say(report.verdict)),
      fault ? h("p", { class: "small" }, fill(say(fault), report)) : null,
    ),
  );
  return alone ? [head] : [head, stated(report.payload!, report.revoked), proof(report)];
}

function fill(words: string, report: Report, head = report.head): string {
  const values: Record<string, string> = {
    count: String(report.revoked.length),
    size: String(head?.size ?? ""),
    time: head ? moment(head.at) : "",
    key: report.key?.line ?? "",
  };
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function stated(payload: Fields, revoked: readonly string[]): HTMLElement {
  const isCertificate = payload["type"] === "certificate";
  const facts = h("dl", { class: "facts paper__facts" });
  for (const [word, value] of isCertificate ? ofCertificate(payload) : ofStatement(payload)) {
    facts.append(h("dt", {}, say(word)), h("dd", {}, value));
  }
  return h(
    "article",
    { class: "paper" },
    h("h3", { class: "paper__title" }, say(isCertificate ? "type-certificate" : "type-statement")),
    h("p", { class: "paper__no num" }, String(payload["code"] ?? "")),
    facts,
    isCertificate ? null : entries(payload, revoked),
  );
}

type Row = [Word, string];

function common(payload: Fields): Row[] {
  return [
    ["person", String((payload["person"] as Fields)["name"] ?? "")],
    ["issuer", `${String(payload["issuer"] ?? "")} ${String(payload["site"] ?? "")}`],
    ["issued", moment(String(payload["issued_at"] ?? ""))],
  ];
}

function ofCertificate(payload: Fields): Row[] {
  const lines = payload["lines"] as [string, string][];
  return [
    ...common(payload),
    ["training", String((payload["training"] as Fields)["title"] ?? "")],
    ["hours", String(payload["hours"])],
    ["days", lines.map(([day, hours]) => `${day} ${hours}`).join("; ")],
  ];
}

function ofStatement(payload: Fields): Row[] {
  const period = payload["period"] as Fields;
  const sums = payload["totals"] as Record<string, string>;
  const totals = PERSONAL.flatMap((state) => (sums[state] ? [[state, sums[state]] as const] : []));
  const hundredths = totals
    .filter(([state]) => COUNTED.includes(state))
    .reduce((sum, [, hours]) => sum + Number(hours.replace(".", "")), 0);
  return [
    ...common(payload),
    ["period", `${String(period["from"])} ${say("to")} ${String(period["to"])}`],
    ["known-at", moment(String(payload["known_at"]))],
    ["counted", fixed(hundredths)],
    ...totals.map(([state, hours]): Row => [`state-${state}` as Word, hours]),
  ];
}

function entries(payload: Fields, revoked: readonly string[]): HTMLElement {
  const rows = (payload["entries"] as Fields[]).map((entry) =>
    h(
      "tr",
      {},
      h("td", {}, ...(entry["lines"] as string[][]).map(dated)),
      h("td", {}, titleOf(entry["training"] as Fields)),
      h("td", { class: "num nowrap" }, String(entry["hours"])),
      h("td", { class: "nowrap" }, state(entry, revoked)),
    ),
  );
  const heads = (["days", "training", "hours", "state"] as const).map((word) => h("th", { scope: "col", class: "nowrap" }, say(word)));
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": say("states") },
    h("table", { class: "diff diff--entries" }, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
  );
}

/** A day and its hours: on a narrow screen one under the other, neither broken. */
function dated(line: string[]): HTMLElement {
  return h("div", {}, ...line.flatMap((part) => [h("span", { class: "nowrap" }, part), " "]));
}

/** Where the entry's hours lie by the paper; taken back by what a newer checkpoint says. */
function state(entry: Fields, revoked: readonly string[]): Child {
  const isGone = revoked.includes(String(entry["counts_by"]));
  return isGone ? h("strong", {}, say("taken-back")) : say(`state-${String(entry["state"])}`);
}

function titleOf(training: Fields): string {
  const provider = training["provider"] as Fields | null;
  const accredited = training["accredited"];
  const words = accredited === true ? say("accredited") : accredited === false ? say("not-accredited") : "";
  return [String(training["title"] ?? ""), provider ? String(provider["name"] ?? "") : "", words]
    .filter(Boolean)
    .join(" · ");
}

/** A moment for people; whoever signs papers may have written anything there. */
function moment(canonical: string): string {
  if (Number.isNaN(Date.parse(`${canonical.slice(0, 19)}Z`))) return canonical;
  return `${here(canonical).slice(0, 16).replace("T", " ")} (UTC+8)`;
}

function proof(report: Report): HTMLElement {
  const items = report.notes.map((word) =>
    item(word.startsWith("not-in") || word.startsWith("partly") || word === "key-compare" ? "care" : "", [
      fill(say(word), report, word === "not-revoked" ? report.newer : report.head),
    ]),
  );
  if (!newer) items.push(item("care", [say("no-newer")]));
  if (paper && isPdf(paper)) items.push(item("care", [say("pdf-compare")]));
  return h(
    "section",
    { class: "card section" },
    h("h3", { class: "card__head" }, say("how")),
    h("ul", { class: "proof" }, ...items),
  );
}

function item(kind: string, words: Child[]): HTMLElement {
  return h("li", kind ? { class: kind } : {}, icon(kind ? "info" : "check"), h("span", { class: "hash-words" }, ...words));
}

function dropped(event: DragEvent): void {
  event.preventDefault();
  main.classList.remove("dropping");
  void Promise.all(Array.from(event.dataTransfer?.files ?? [], contentOf)).then((contents) => {
    for (const content of contents) {
      if (content && isCheckpointFile(content)) newer = content;
      else paper = content;
    }
    answer();
  });
}

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  main.classList.add("dropping");
});
document.addEventListener("dragleave", () => main.classList.remove("dropping"));
document.addEventListener("drop", dropped);
document.addEventListener("submit", (event) => event.preventDefault());
draw();
