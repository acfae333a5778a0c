// What the command palette leads to, and how it is found.
import { m } from './paraglide/messages.js';
import { paths } from './paths.ts';
import { places, type Links, type Place } from './places.ts';

export interface Command {
  readonly label: string;
  readonly href: string;
  /** The key that does the same. */
  readonly key?: string;
}

/** The pages and acts of somebody at a clinic, those with a key first. */
export function commandsOf(slug: string, links: Links, isAdmin: boolean): Command[] {
  const known = (Object.keys(places) as Place[]).flatMap((id) => {
    const href = links[id];
    return href === undefined ? [] : [{ label: places[id].label(), href, key: places[id].key }];
  });
  const acts = [
    { label: m.patient_register(), href: paths.newPatient(slug) },
    { label: m.palette_rota(), href: paths.rota(slug) },
    { label: m.queue_screen(), href: paths.queueScreen(slug) },
    { label: m.account_title(), href: paths.account(slug) },
  ];
  if (!isAdmin) return [...known, ...acts];
  return [
    ...known,
    ...acts,
    { label: m.treatment_add(), href: paths.newTreatment(slug) },
    { label: m.staff_add(), href: paths.newStaff(slug) },
    { label: m.users_add(), href: paths.newUser(slug) },
    { label: m.settings_title(), href: paths.settings(slug), key: ',' },
    { label: m.settings_theme(), href: paths.themeSettings(slug) },
    { label: m.settings_users(), href: paths.users(slug) },
    { label: m.settings_tokens(), href: paths.tokens(slug) },
    { label: m.settings_audit(), href: paths.audit(slug) },
    { label: m.start_title(), href: paths.start(slug) },
  ];
}

const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Those in whose label each word of a text begins a word, whatever the case and the accents; all for no text. */
export function matching(commands: readonly Command[], text: string): Command[] {
  const wanted = folded(text).split(/\s+/).filter(Boolean);
  return commands.filter(({ label }) => {
    const words = folded(label).split(/[\s-]+/);
    return wanted.every((start) => words.some((word) => word.startsWith(start)));
  });
}
