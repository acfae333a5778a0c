import { tick } from 'svelte';
import type { Carry } from './carry.svelte.ts';
import type { Part } from './agenda.svelte.ts';
import type { Column } from './context.ts';
import { endStepMin, stepped, type Entry } from './grid.ts';
import { views, type View } from './views.ts';
import { neighbour, stops } from './walk.ts';

interface Host {
  readonly carry: Carry;
  readonly columns: () => readonly Column[];
  readonly stepMin: () => number;
  /** What the arrow keys stand on. */
  readonly current: () => string | undefined;
  readonly find: (id: string | undefined) => Entry | undefined;
  readonly take: (entry: Entry, part: Part) => void;
  readonly hold: (column: Column, at: number) => void;
  readonly drop: () => void;
  readonly show: (view: View) => void;
  readonly turn: (to: 'previous' | 'today' | 'next') => void;
}

/** Walks through the calendar by key, and moves or lengthens a booking that was picked up. */
export class Keys {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Does what a key means; false when it means nothing here. */
  press(event: KeyboardEvent): boolean {
    return this.#host.carry.isHeld ? this.#carry(event.key) : this.#walk(event);
  }

  #walk({ key, shiftKey, target }: KeyboardEvent): boolean {
    const host = this.#host;
    const here = target instanceof Element ? target.closest<HTMLElement>('[data-cal]') : null;
    if (shiftKey && (key === 'ArrowLeft' || key === 'ArrowRight')) {
      host.turn(key === 'ArrowLeft' ? 'previous' : 'next');
      return true;
    }
    const booked = host.find(here?.dataset['entry']);
    if (booked && shiftKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
      host.take(booked, 'end');
      this.#later(key === 'ArrowDown' ? 1 : -1);
      return true;
    }
    if (key.startsWith('Arrow')) {
      if (!here && document.activeElement !== document.body) return false;
      const all = stops();
      const first = all.find((one) => one.dataset['cal'] === host.current()) ?? all[0];
      const stop = here ? neighbour(here, key) : first;
      stop?.focus();
      return stop !== undefined;
    }
    const view = views[Number(key) - 1];
    const entry = key.toUpperCase() === 'M' ? booked : undefined;
    if (view) host.show(view);
    else if (key === '0') host.turn('today');
    else if (entry) host.take(entry, 'whole');
    else return false;
    return true;
  }

  #carry(key: string): boolean {
    if (key === 'Escape') this.#host.carry.release();
    else if (key === 'Enter') this.#host.drop();
    else if (key === 'ArrowUp' || key === 'ArrowDown') this.#later(key === 'ArrowDown' ? 1 : -1);
    else if (key === 'ArrowLeft' || key === 'ArrowRight') this.#aside(key === 'ArrowRight' ? 1 : -1);
    else return false;
    return true;
  }

  /** The column that it is held over, and when it would begin. */
  #held(): { column: Column; at: number } | undefined {
    const { target } = this.#host.carry;
    const at = target?.startAt.getTime() ?? 0;
    const column = this.#host
      .columns()
      .find(({ staffId, hours }) => staffId === target?.staffId && hours.from <= at && at < hours.to);
    return column && { column, at };
  }

  #later(steps: 1 | -1): void {
    const held = this.#held();
    if (!held) return;
    const { column, at } = held;
    const { part, target } = this.#host.carry;
    if (part === 'end')
      return this.#hold(column, stepped(target?.endAt.getTime() ?? 0, column.day.from, endStepMin, steps));
    const next = stepped(at, column.day.from, this.#host.stepMin(), steps);
    if (next >= column.hours.from && next < column.hours.to) this.#hold(column, next);
  }

  #aside(steps: 1 | -1): void {
    const held = this.#host.carry.part === 'whole' ? this.#held() : undefined;
    const columns = this.#host.columns();
    const next = held && columns[columns.indexOf(held.column) + steps];
    if (next) this.#hold(next, next.hours.from + held.at - held.column.hours.from);
  }

  #hold(column: Column, at: number): void {
    this.#host.hold(column, at);
    void tick().then(() =>
      document.querySelector('[data-held]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    );
  }
}
