import type { Part } from './agenda.svelte.ts';
import type { Column } from './context.ts';
import { canLast, canMove, endStepMin, type Entry } from './grid.ts';

interface Host {
  readonly find: (id: string) => Entry | undefined;
  readonly columns: () => readonly Column[];
  readonly stepMin: () => number;
  readonly take: (entry: Entry, part: Part) => void;
  /** @param at when the part begins or, of an end, is */
  readonly hold: (column: Column, at: number) => void;
  readonly drop: () => void;
  readonly cancel: () => void;
  readonly isHeld: () => boolean;
}

/** A mouse that moves this far drags, a finger that moves as far before its rest is over scrolls. */
const slackPx = 5;
const restMs = 350;
/** So near to an edge the grid scrolls under the hand. */
const edgePx = 48;
const scrollPx = 14;
const headerPx = 56;

interface Press {
  readonly entry: Entry;
  readonly part: Part;
  /** The column in which it lies, which an end does not leave. */
  readonly track: string | undefined;
  readonly x: number;
  readonly y: number;
  /** How far below the booking's upper edge it was taken, or below its lower one by its end. */
  readonly grab: number;
  readonly rest: ReturnType<typeof setTimeout> | undefined;
}

/** Dragging bookings within an element that holds columns (`data-track`) of bookings (`data-entry`) and their ends (`data-edge`). */
export class Drag {
  readonly #root: HTMLElement;
  readonly #host: Host;
  readonly #stop = new AbortController();
  #press: Press | undefined;
  #dragging = false;
  #last = { x: 0, y: 0 };
  #frame = 0;

  constructor(root: HTMLElement, host: Host) {
    this.#root = root;
    this.#host = host;
    const { signal } = this.#stop;
    root.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    window.addEventListener('pointermove', (event) => this.#move(event), { signal });
    window.addEventListener('pointerup', () => this.#up(), { signal });
    window.addEventListener('pointercancel', () => this.#give(), { signal });
    window.addEventListener('keydown', (event) => this.#key(event), { signal, capture: true });
    // A finger that drags does not scroll, and a drag is no click on the link that was dragged.
    root.addEventListener('touchmove', (event) => this.#dragging && event.preventDefault(), {
      signal,
      passive: false,
    });
    root.addEventListener('contextmenu', (event) => this.#press?.rest && event.preventDefault(), { signal });
    root.addEventListener('click', (event) => this.#dragging && event.preventDefault(), {
      signal,
      capture: true,
    });
  }

  end(): void {
    this.#stop.abort();
    this.#give();
  }

  #down(event: PointerEvent): void {
    if (!event.isPrimary || event.button !== 0 || this.#host.isHeld()) return;
    const target = event.target instanceof Element ? event.target : undefined;
    const block = target?.closest('[data-entry]');
    const edge = target?.closest('[data-edge]');
    const entry = this.#host.find(block?.getAttribute('data-entry') ?? '');
    const part = edge ? 'end' : 'whole';
    if (!block || !entry || !(edge ? canLast(entry) : canMove(entry))) return;
    const { clientX: x, clientY: y } = event;
    const rest = event.pointerType === 'touch' ? setTimeout(() => this.#begin(), restMs) : undefined;
    const box = block.getBoundingClientRect();
    const track = block.closest('[data-track]')?.getAttribute('data-track') ?? undefined;
    this.#press = { entry, part, track, x, y, grab: y - (edge ? box.bottom : box.top), rest };
    this.#last = { x, y };
  }

  #begin(): void {
    if (!this.#press) return;
    this.#dragging = true;
    this.#host.take(this.#press.entry, this.#press.part);
    this.#hold();
    this.#frame = requestAnimationFrame(() => this.#scroll());
  }

  #move({ clientX: x, clientY: y, isPrimary }: PointerEvent): void {
    if (!this.#press || !isPrimary) return;
    this.#last = { x, y };
    if (this.#dragging) return this.#hold();
    if (Math.hypot(x - this.#press.x, y - this.#press.y) < slackPx) return;
    if (this.#press.rest === undefined) this.#begin();
    else this.#give();
  }

  /** Tells over which time of which column the edge is that was taken. */
  #hold(): void {
    if (!this.#press) return;
    const { part, track: own, grab } = this.#press;
    const tracks = [...this.#root.querySelectorAll<HTMLElement>('[data-track]')]
      .filter((track) => track.checkVisibility() && (part === 'whole' || track.dataset['track'] === own))
      .map((track) => ({ key: track.dataset['track'], box: track.getBoundingClientRect() }));
    const { x, y } = this.#last;
    const aside = (box: DOMRect) => Math.max(box.left - x, x - box.right, 0);
    const [nearest] = tracks.sort((a, b) => aside(a.box) - aside(b.box));
    const column = this.#host.columns().find(({ key }) => key === nearest?.key);
    if (!nearest || !column) return;
    const { hours, day } = column;
    const step = (part === 'whole' ? this.#host.stepMin() : endStepMin) * 60_000;
    const share = (y - grab - nearest.box.top) / nearest.box.height;
    const at = hours.from + share * (hours.to - hours.from);
    const snapped = day.from + Math.round((at - day.from) / step) * step;
    const last = part === 'whole' ? hours.to - step : hours.to;
    this.#host.hold(column, Math.min(last, Math.max(hours.from, snapped)));
  }

  #scroll(): void {
    if (!this.#dragging) return;
    const box = this.#root.getBoundingClientRect();
    const by = (at: number, low: number, high: number) =>
      at < low + edgePx ? -scrollPx : at > high - edgePx ? scrollPx : 0;
    const { x, y } = this.#last;
    const top = by(y, Math.max(box.top + headerPx, 0), Math.min(box.bottom, window.innerHeight));
    const left = by(x, box.left, box.right);
    if (top !== 0 || left !== 0) {
      this.#root.scrollBy({ top, left });
      // On a phone the page itself scrolls.
      if (this.#root.scrollHeight <= this.#root.clientHeight) window.scrollBy({ top });
      this.#hold();
    }
    this.#frame = requestAnimationFrame(() => this.#scroll());
  }

  #up(): void {
    if (this.#dragging) this.#host.drop();
    this.#release();
  }

  #key(event: KeyboardEvent): void {
    if (!this.#dragging || event.key !== 'Escape') return;
    event.preventDefault();
    this.#give();
  }

  #give(): void {
    if (this.#dragging) this.#host.cancel();
    this.#release();
  }

  #release(): void {
    clearTimeout(this.#press?.rest);
    cancelAnimationFrame(this.#frame);
    this.#press = undefined;
    // The click that ends a drag comes right after it.
    setTimeout(() => (this.#dragging = false));
  }
}
