/** Pen, marker and eraser over whatever is on: strokes stay with the page or source they were drawn on. */

export type Tool = "pen" | "marker" | "eraser";

interface Stroke {
  tool: Tool;
  colour: string;
  /** x, y and pressure in turn; x and y as shares of the picture, so that they fit any size of it. */
  points: number[];
}

/** Shares of the picture's height. */
const WIDTH: Record<Tool, number> = { pen: 0.006, marker: 0.03, eraser: 0.06 };
const MARKER_ALPHA = 0.4;
/** A thin edge in the opposite tone keeps ink legible on any ground: slides, faces, code on black. */
const EDGE = 0.003;
const DARK_EDGE = "rgb(11 17 22 / 0.7)";
const LIGHT_EDGE = "rgb(255 255 255 / 0.85)";
const LIGHT_INK = "#ffffff";
const MOST_STROKES = 2000;

export class Board {
  tool: Tool | null = null;
  colour = "#14304f";
  private readonly strokes = new Map<string, Stroke[]>();
  private readonly layer = document.createElement("canvas");
  private current: Stroke | null = null;
  private surface = "";
  private pointer = -1;
  private hasStylus = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly changed: (count: number) => void,
  ) {
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"] as const)
      canvas.addEventListener(name, (event) => this.up(event));
  }

  /** What is drawn on from now on: a page, the board, the screen or the camera. */
  on(surface: string): void {
    if (surface === this.surface) return;
    this.end();
    this.surface = surface;
    this.redraw();
  }

  use(tool: Tool | null): void {
    this.tool = tool;
    this.canvas.toggleAttribute("data-drawing", tool !== null);
  }

  undo(): void {
    this.end();
    this.here().pop();
    this.redraw();
  }

  clear(): void {
    this.end();
    this.strokes.delete(this.surface);
    this.redraw();
  }

  /** Everything that is drawn here, over the picture. */
  drawOver(pen: CanvasRenderingContext2D, width: number, height: number): void {
    if (this.layer.width !== width || this.layer.height !== height) {
      this.layer.width = width;
      this.layer.height = height;
      this.redraw();
    }
    if (this.here().length) pen.drawImage(this.layer, 0, 0);
    if (this.current && this.current.tool !== "eraser") paint(pen, this.current, width, height);
  }

  private here(): Stroke[] {
    let found = this.strokes.get(this.surface);
    if (!found) this.strokes.set(this.surface, (found = []));
    return found;
  }

  private redraw(): void {
    const pen = this.layer.getContext("2d");
    if (!pen) return;
    pen.clearRect(0, 0, this.layer.width, this.layer.height);
    for (const stroke of this.here()) paint(pen, stroke, this.layer.width, this.layer.height);
    this.changed(this.here().length);
  }

  private down(event: PointerEvent): void {
    if (!this.tool || event.button !== 0 || this.current) return;
    // With a stylus in use, what touches beside it is the hand.
    this.hasStylus ||= event.pointerType === "pen";
    if (this.hasStylus && event.pointerType === "touch") return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
    this.current = { tool: this.tool, colour: this.colour, points: [] };
    this.add(event);
  }

  private move(event: PointerEvent): void {
    if (!this.current || event.pointerId !== this.pointer) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const one of between.length ? between : [event]) this.add(one);
    const pen = this.current.tool === "eraser" ? this.layer.getContext("2d") : null;
    if (pen) paint(pen, this.current, this.layer.width, this.layer.height);
  }

  private up(event: PointerEvent): void {
    if (event.pointerId === this.pointer) this.end();
  }

  private end(): void {
    if (!this.current) return;
    const here = this.here();
    here.push(this.current);
    if (here.length > MOST_STROKES) here.shift();
    this.current = null;
    this.pointer = -1;
    this.redraw();
  }

  /** The canvas shows its picture whole, in the middle of its box. */
  private add(event: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    const scale = Math.min(box.width / this.canvas.width, box.height / this.canvas.height);
    const width = this.canvas.width * scale;
    const height = this.canvas.height * scale;
    const x = (event.clientX - box.left - (box.width - width) / 2) / width;
    const y = (event.clientY - box.top - (box.height - height) / 2) / height;
    const pressure = event.pointerType === "pen" && event.pressure ? 0.5 + event.pressure : 1;
    this.current?.points.push(Math.min(1, Math.max(0, x)), Math.min(1, Math.max(0, y)), pressure);
  }
}

function paint(pen: CanvasRenderingContext2D, stroke: Stroke, width: number, height: number): void {
  pen.save();
  pen.lineCap = pen.lineJoin = "round";
  if (stroke.tool === "pen") {
    pen.strokeStyle = stroke.colour === LIGHT_INK ? DARK_EDGE : LIGHT_EDGE;
    line(pen, stroke, width, height, 2 * EDGE * height);
  }
  pen.globalAlpha = stroke.tool === "marker" ? MARKER_ALPHA : 1;
  pen.globalCompositeOperation = stroke.tool === "eraser" ? "destination-out" : "source-over";
  pen.strokeStyle = stroke.colour;
  line(pen, stroke, width, height, 0);
  pen.restore();
}

/** A marker is one line of one width, or its joints would be seen; a pen follows the hand's pressure. */
function line(pen: CanvasRenderingContext2D, stroke: Stroke, width: number, height: number, more: number): void {
  const { points, tool } = stroke;
  const thick = WIDTH[tool] * height;
  const x = (at: number) => (points[at] ?? 0) * width;
  const y = (at: number) => (points[at + 1] ?? 0) * height;
  pen.beginPath();
  pen.moveTo(x(0), y(0));
  pen.lineWidth = thick * (tool === "pen" ? (points[2] ?? 1) : 1) + more;
  if (points.length <= 3) pen.lineTo(x(0), y(0));
  for (let at = 3; at < points.length; at += 3) {
    pen.lineTo(x(at), y(at));
    const pressed = points[at + 2] ?? 1;
    if (tool !== "pen" || pressed === (points[at - 1] ?? 1)) continue;
    pen.stroke();
    pen.beginPath();
    pen.moveTo(x(at), y(at));
    pen.lineWidth = thick * pressed + more;
  }
  pen.stroke();
}

/** The row of tools: which is in use, which colour, undo and clear. */
export function startTools(root: HTMLElement, board: Board): (on: boolean) => void {
  const tools = root.querySelectorAll<HTMLButtonElement>("[data-tool]");
  const colours = root.querySelectorAll<HTMLButtonElement>("[data-colour]");
  const mark = (all: Iterable<HTMLButtonElement>, chosen: HTMLButtonElement | null) => {
    for (const one of all) one.setAttribute("aria-pressed", String(one === chosen));
  };
  const take = (button: HTMLButtonElement | null) => {
    board.use((button?.dataset["tool"] ?? null) as Tool | null);
    mark(tools, button);
  };
  tools.forEach((one) => one.addEventListener("click", () => take(one)));
  colours.forEach((one) =>
    one.addEventListener("click", () => {
      board.colour = one.dataset["colour"] ?? board.colour;
      mark(colours, one);
      if (board.tool === "eraser") take(tools[0] ?? null);
    }),
  );
  root.querySelector("[data-undo]")?.addEventListener("click", () => board.undo());
  root.querySelector("[data-clear]")?.addEventListener("click", () => board.clear());
  document.addEventListener("keydown", (event) => {
    if (!board.tool || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    if ((event.target as HTMLElement).closest("input, textarea")) return;
    event.preventDefault();
    board.undo();
  });
  return (on) => {
    root.hidden = !on;
    take(on ? (tools[0] ?? null) : null);
  };
}
