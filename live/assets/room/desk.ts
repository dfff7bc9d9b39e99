/** What trainers and assistants do in a room: questions let through and answered, hands, sign-ins, polls, quiet, files. */
import { refusalOf } from "@lms/http";
import { csrfToken } from "@lms/page";
import { problem, toast } from "@lms/tell";

import { clock, filled, part, put } from "../shared/page";
import { startRows } from "../shared/rows";
import { button, Lines, make } from "./dom";
import type { Chat, Hand, HandedFile, Muted, Prompt, Question, Reported, Tally } from "./kinds";
import { results } from "./prompts";
import { inOrder, stateWords, timeOf } from "./questions";
import { startRollCall } from "./rollcall";
import type { Room } from "./room";
import { fileWords } from "./side";

const TICK_MS = 500;
const STUDIO_ANSWERS_MS = 5000;
/** Who comes next is in sight and few steps of the keyboard away, however many wait. */
const MOST_HANDS = 10;
/** What was not let through last can be taken back. */
const MOST_DECLINED = 10;
/** As the usual mute of a chat: to cool down, not to be shut out. */
export const MUTE_MINUTES = 10;

export function startDesk(room: Room, desk: HTMLElement): void {
  startQueue(room, desk);
  startHands(room, desk);
  startSignIns(room, desk);
  startAsking(room, desk);
  startQuiet(room, desk);
  startHandingOut(room, desk);
  startCounting(room, desk);
}

function startQueue(room: Room, desk: HTMLElement): void {
  const gate = part<HTMLInputElement>(desk, "[data-gate]");
  const count = part<HTMLElement>(desk, "[data-queue-count]");
  const empty = part<HTMLElement>(desk, '[data-empty="queue"]');
  const drafts: Drafts = new Map();
  const list = part<HTMLElement>(desk, "[data-queue]");
  startRows(list);
  const lines = new Lines<Question>(list, (one) => String(one.id), (one) => queueLine(room, one, drafts));
  room.on(["questions"], () => {
    const listed = inOrder(room.questions.values()).filter((one) => one.state in { now: 1, open: 1, waiting: 1 });
    const waiting = listed.filter((one) => one.state === "waiting").length;
    count.textContent = filled(room.word("queueCount"), { count: String(listed.length), waiting: String(waiting) });
    const declined = [...room.questions.values()].filter((one) => one.state === "declined").sort((a, b) => b.id - a.id);
    empty.hidden = listed.length + declined.length > 0;
    lines.show([...listed, ...declined.slice(0, MOST_DECLINED)]);
  });
  room.on(["settings"], () => (gate.checked = room.settings.approve_first));
  gate.addEventListener("change", () => void room.ask("room.gate", { is_on: gate.checked }));
}

/** Forms that are being filled in, by question: votes come in meanwhile, and lines are made anew. */
type Drafts = Map<number, HTMLFormElement>;

function queueLine(room: Room, one: Question, drafts: Drafts): HTMLElement {
  const act = (type: string, more: Record<string, unknown> = {}) => room.ask(type, { question: one.id, ...more });
  const acts = make("div", { class: "row row--s row--wrap qa__acts" });
  if (one.state === "waiting") acts.append(button(room.word("approve"), () => void act("qa.approve"), "btn btn--s btn--primary"));
  if (one.state === "open") acts.append(button(room.word("takeUp"), () => void act("qa.take")));
  if (one.state === "now") acts.append(button(room.word("finish"), () => void act("qa.finish"), "btn btn--s btn--primary"));
  const words = make("div", {}, make("p", {}, one.text));
  const meta = make("p", { class: "meta" }, make("span", {}, one.name), make("span", {}, timeOf(one.at)));
  const said = stateWords(room, one);
  if (said) meta.append(make("span", { class: one.state === "now" ? "accent-ink strong" : "soft" }, said));
  if (one.state === "declined") acts.append(button(room.word("approveAfterAll"), () => void act("qa.approve")));
  else acts.append(button(room.word("writeAnswer"), () => written(room, one, words, drafts)));
  if (one.state === "open" || one.state === "waiting") {
    acts.append(
      button(room.word("mergeInto"), () => merged(room, one, words, drafts)),
      button(room.word(one.state === "waiting" ? "decline" : "takeOff"), () => void act("qa.decline")),
    );
  }
  words.append(meta, acts, drafts.get(one.id) ?? "");
  const votes = make("span", { class: "votes" }, make("b", {}, String(one.votes)), make("span", { class: "tiny muted" }, room.word("wanted")));
  return make("li", { class: one.state === "declined" ? "soft" : undefined }, votes, words);
}

function written(room: Room, one: Question, words: HTMLElement, drafts: Drafts): void {
  const field = make("textarea", { class: "input", rows: "3", maxlength: "1000", "aria-label": room.word("writeAnswer") });
  field.value = one.answer;
  fillIn(room, one, words, drafts, field, room.word("sendAnswer"), () => room.ask("qa.write", { question: one.id, text: field.value }));
}

function merged(room: Room, one: Question, words: HTMLElement, drafts: Drafts): void {
  const others = inOrder(room.questions.values()).filter((other) => other.id !== one.id && other.state in { now: 1, open: 1, waiting: 1 });
  if (!others.length) return toast(room.word("nothingToMerge"));
  const choice = make("select", { class: "input", "aria-label": room.word("mergeInto") });
  for (const other of others) choice.append(make("option", { value: String(other.id) }, other.text));
  fillIn(room, one, words, drafts, choice, room.word("merge"), () => room.ask("qa.merge", { question: one.id, into: Number(choice.value) }));
}

/** A form of one field below a question, which goes when it is sent, put away, or Escape is pressed. */
function fillIn(
  room: Room,
  one: Question,
  words: HTMLElement,
  drafts: Drafts,
  field: HTMLElement,
  sends: string,
  send: () => Promise<boolean>,
): void {
  const close = () => {
    const line = form.closest("li");
    const isUsed = form.contains(document.activeElement);
    form.remove();
    if (drafts.get(one.id) === form) drafts.delete(one.id);
    if (isUsed) line?.querySelector<HTMLElement>(".qa__acts button")?.focus();
  };
  const submit = make("button", { class: "btn btn--s btn--primary", type: "submit" }, sends);
  const form = make("form", { class: "stack stack--s" }, field, make("div", { class: "row row--s" }, submit, button(room.word("cancel"), close)));
  form.addEventListener("keydown", (event) => event.key === "Escape" && close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.setAttribute("aria-busy", "true");
    void send().then((done) => (done ? close() : submit.removeAttribute("aria-busy")));
  });
  drafts.get(one.id)?.remove();
  drafts.set(one.id, form);
  words.append(form);
  field.focus();
}

function startHands(room: Room, desk: HTMLElement): void {
  const count = part<HTMLElement>(desk, "[data-hands-count]");
  const empty = part<HTMLElement>(desk, '[data-empty="hands"]');
  const list = part<HTMLElement>(desk, "[data-hands]");
  startRows(list);
  const all = part<HTMLButtonElement>(desk, "[data-hands-all]");
  let isWhole = false;
  const lines = new Lines<Hand>(list, (one) => String(one.person), (one) => {
    const since = filled(room.word("waits"), { time: timeOf(one.since) });
    const line = make(
      "li",
      { class: "item", "data-person": String(one.person) },
      make("span", { class: "grow" }, make("span", { class: "item__t" }, one.name), make("span", { class: "item__s" }, one.called ? room.word("called") : since)),
    );
    const isStudio = document.querySelector("[data-stage]") !== null;
    // The stage is the studio's: a desk elsewhere has the studio bring somebody on it, or tells both whose turn it is.
    const invite = () => void (isStudio ? document.dispatchEvent(new CustomEvent("stage:invite", { detail: one })) : suggest(room, one));
    line.append(button(room.word("bringOnStage"), invite, "btn btn--s btn--primary"));
    if (!isStudio && !one.called) line.append(button(room.word("callOn"), () => void room.ask("hand.call", { person: one.person })));
    line.append(button(room.word("handOff"), () => void room.ask("hand.lower", { person: one.person })));
    return line;
  });
  const show = () => {
    const { hands } = room.hosts;
    count.textContent = room.people(hands.length);
    empty.hidden = hands.length > 0;
    lines.show(isWhole ? hands : hands.slice(0, MOST_HANDS));
    all.hidden = isWhole || hands.length <= MOST_HANDS;
    all.textContent = filled(room.word("allHands"), { count: String(hands.length) });
  };
  room.on(["hosts"], show);
  all.addEventListener("click", () => {
    isWhole = true;
    show();
    list.querySelector<HTMLElement>(`li:nth-child(${MOST_HANDS + 1}) button`)?.focus();
  });
}

/** Ask the studio that is on air; it answers by calling on the hand. */
async function suggest(room: Room, hand: Hand): Promise<void> {
  if (!(await room.ask("stage.suggest", { person: hand.person }))) return;
  toast(filled(room.word("suggested"), { name: hand.name }));
  window.setTimeout(() => {
    const now = room.hosts.hands.find((one) => one.person === hand.person);
    if (now && !now.called) toast(room.word("notTaken"));
  }, STUDIO_ANSWERS_MS);
}

/** The newest first. */
function askedOf(room: Room, isSignIn: boolean): Prompt[] {
  return [...room.prompts.values()].filter((one) => (one.kind === "sign-in") === isSignIn).sort((a, b) => b.asked - a.asked);
}

function startSignIns(room: Room, desk: HTMLElement): void {
  const form = part<HTMLFormElement>(desk, "[data-signin-form]");
  const now = part<HTMLElement>(desk, "[data-signin-now]");
  const asked = part<HTMLElement>(desk, "[data-signin-count]");
  const send = part<HTMLButtonElement>(form, "[type=submit]");
  const random = part<HTMLInputElement>(desk, "[data-random]");
  const meter = part<SVGSVGElement>(desk, "[data-signin-meter]");
  startRollCall(room, desk, () => askedOf(room, true));
  const show = () => {
    const all = askedOf(room, true);
    const one = all[0];
    asked.textContent = filled(room.word("signinTimes"), { count: String(Math.max(all.length, one?.number ?? 0)) });
    const leftS = one ? Math.max(0, Math.ceil((one.ends - room.now()) / 1000)) : 0;
    send.disabled = leftS > 0;
    const answered = one ? (room.tallies.get(one.id)?.answered ?? 0) : 0;
    // Read out once it is over, not every second of it.
    now.setAttribute("aria-live", leftS ? "off" : "polite");
    const key = leftS ? "signinRuns" : "signinOver";
    put(now, one ? filled(room.word(key), { answered: String(answered), seconds: String(leftS) }) : room.word("signinNone"));
    meter.toggleAttribute("hidden", !leftS);
    meter.querySelector("rect")?.setAttribute("width", one ? String((100 * leftS * 1000) / (one.ends - one.asked)) : "0");
  };
  room.on(["prompts"], show);
  window.setInterval(show, TICK_MS);
  room.on(["hosts"], () => {
    if (document.activeElement !== random) random.value = String(room.hosts.random_signins);
  });
  random.addEventListener("change", () => void room.ask("signin.random", { count: Number(random.value) }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const window_s = Number(part<HTMLSelectElement>(form, "select").value);
    void room.ask("signin.ask", { key: room.key(), window_s });
  });
}

function startAsking(room: Room, desk: HTMLElement): void {
  const form = part<HTMLFormElement>(desk, "[data-poll-form]");
  const kind = part<HTMLSelectElement>(form, "[name=kind]");
  const options = part<HTMLElement>(form, "[data-poll-options]");
  const show = () => {
    options.hidden = kind.value === "true-false";
    part<HTMLElement>(form, "[data-poll-true-false]").hidden = kind.value !== "true-false";
  };
  kind.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = (name: string) => part<HTMLInputElement>(form, `[name=${name}]`).value;
    const lines = [...form.querySelectorAll<HTMLInputElement>("[name=option]")];
    const written = lines.filter((one) => one.value.trim());
    const ticks = [...form.querySelectorAll<HTMLInputElement>("[name=right]")];
    // What is right is a number among the options that were written.
    const bitsOf = written.map((one) => ticks[lines.indexOf(one)]?.checked ?? false);
    const isTrue = value("true_false");
    const right = kind.value === "true-false" ? (isTrue === "" ? 0 : 1 << Number(isTrue)) : bitsOf.reduce((mask, on, at) => mask | (on ? 1 << at : 0), 0);
    const options = written.map((one) => one.value.trim()).join("\n");
    const asked = { key: room.key(), kind: kind.value, title: value("title"), options, right, window_s: Number(value("window")) };
    void room.ask("prompt.ask", asked).then((done) => {
      if (!done) return;
      form.reset();
      show();
      form.closest("details")?.removeAttribute("open");
    });
  });
  const box = part<HTMLElement>(desk, "[data-poll-now]");
  let state = "";
  const tell = () => {
    const one = askedOf(room, false)[0];
    const tally: Tally | undefined = one && (one.results ?? room.tallies.get(one.id) ?? { id: one.id, answered: 0, counts: one.options.map(() => 0), right: [], wholly: 0 });
    const isOpen = one !== undefined && room.now() < one.ends;
    const now = JSON.stringify([one?.id, tally, isOpen]);
    if (now === state) return;
    state = now;
    if (!one || !tally) return box.replaceChildren();
    const left = make("p", { class: "small soft" }, isOpen ? filled(room.word("pollUntil"), { time: timeOf(one.ends) }) : room.word(one.results ? "pollShown" : "pollOver"));
    const parts: HTMLElement[] = [make("h3", {}, one.title), results(room, one, tally, undefined), left];
    if (!one.results) parts.push(button(room.word("showResults"), () => void room.ask("prompt.show", { prompt: one.id }), "btn btn--s btn--primary"));
    box.replaceChildren(...parts);
  };
  room.on(["prompts"], tell);
  window.setInterval(tell, TICK_MS);
  show();
}

function startQuiet(room: Room, desk: HTMLElement): void {
  const slow = part<HTMLSelectElement>(desk, "[data-slow]");
  room.on(["settings"], () => (slow.value = String(room.settings.slow_s)));
  slow.addEventListener("change", () => void room.ask("room.slow", { seconds: Number(slow.value) }));
  const reports = new Lines<Reported>(part(desk, "[data-reports]"), (one) => String(one.id), (one) =>
    saidLine(one.name, one.text, [
      button(room.word("remove"), () => void room.ask("chat.remove", { message: one.id })),
      button(room.word("muteFor"), () => void room.ask("chat.mute", { message: one.id, minutes: MUTE_MINUTES })),
      button(room.word("leaveIt"), () => void room.ask("chat.leave", { message: one.id })),
    ]),
  );
  const mutes = new Lines<Muted>(part(desk, "[data-mutes]"), (one) => String(one.person), (one) =>
    saidLine(one.name, one.until === null ? room.word("isMuted") : filled(room.word("isMutedUntil"), { time: timeOf(one.until) }), [button(room.word("unmute"), () => void room.ask("chat.unmute", { person: one.person }))]),
  );
  const filtered = new Lines<Chat>(part(desk, "[data-filtered]"), (one) => String(one.id), (one) => saidLine(one.name, one.text, []));
  const empty = part<HTMLElement>(desk, '[data-empty="quiet"]');
  const show = () => {
    const { hosts } = room;
    const muted = hosts.mutes.filter((one) => one.until === null || room.now() < one.until);
    empty.hidden = hosts.reports.length + muted.length + hosts.filtered.length > 0;
    reports.show(hosts.reports);
    mutes.show(muted);
    filtered.show(hosts.filtered);
  };
  room.on(["hosts"], show);
  // Whose time is over may write again.
  window.setInterval(show, TICK_MS);
}

function saidLine(name: string, text: string, acts: HTMLElement[]): HTMLElement {
  return make("li", { class: "item" }, make("span", { class: "grow" }, make("span", { class: "item__t" }, name), make("span", { class: "item__s" }, text)), ...acts);
}

function startHandingOut(room: Room, desk: HTMLElement): void {
  const input = part<HTMLInputElement>(desk, "[data-handout]");
  const state = part<HTMLElement>(desk, "[data-handout-state]");
  const lines = new Lines<HandedFile>(part(desk, "[data-handed]"), (one) => one.id, (one) => {
    const withdraw = button(room.word("withdraw"), () => void send(`${room.panel.upload}${one.id}/withdraw/`, new FormData()));
    return make("li", { class: "item" }, ...fileWords(room, one), withdraw);
  });
  room.on(["files"], () => lines.show([...room.files.values()]));
  input.addEventListener("change", () => {
    const chosen = [...(input.files ?? [])];
    input.value = "";
    void (async () => {
      for (const one of chosen) {
        state.textContent = filled(room.word("uploading"), { name: one.name });
        const form = new FormData();
        form.append("file", one);
        await send(room.panel.upload, form);
      }
      state.textContent = "";
    })();
  });
}

async function send(url: string, body: FormData): Promise<void> {
  try {
    const answer = await fetch(url, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": csrfToken() }, body });
    if (!answer.ok) problem((await refusalOf(answer)).message);
  } catch {
    problem((await refusalOf(new Response(null, { status: 503 }))).message);
  }
}

function startCounting(room: Room, desk: HTMLElement): void {
  const form = part<HTMLFormElement>(desk, "[data-countdown-form]");
  const stop = part<HTMLButtonElement>(desk, "[data-countdown-stop]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const minutes = Number(part<HTMLInputElement>(form, "[name=minutes]").value);
    const words = part<HTMLInputElement>(form, "[name=words]").value;
    void room.ask("room.countdown", { seconds: Math.round(minutes * 60), words });
  });
  stop.addEventListener("click", () => void room.ask("room.countdown", { seconds: 0 }));
  const show = () => {
    const { until } = room.countdown;
    const ms = until === null ? 0 : until - room.now();
    stop.hidden = ms <= 0;
    if (ms > 0) stop.textContent = `${room.word("countdownStop")} ${clock(Math.ceil(ms / 1000))}`;
  };
  room.on(["countdown"], show);
  window.setInterval(show, TICK_MS);
}
