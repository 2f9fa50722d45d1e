/** How much of a person's attention the screens of a piece of work take: clicks, keys and characters read, turned into seconds by a stated model. */
import type { Page } from 'playwright-core';

export interface HandsOn {
  clicks: number;
  keys: number;
  /** Characters on the screens that were acted on; each line is read once, whatever screens it stands on. */
  characters: number;
}

/**
 * The keystroke-level model (Card, Moran, Newell 1980): a click is a decision (1.35 s), pointing (1.1 s) and pressing (0.2 s); a key takes 0.28 s, a
 * Chinese character three keys of an input method. Reading is careful: 300 characters a minute, and everything on the screen is read.
 * Not in it: what the machine takes, the way to a household and the talk there.
 */
const model = { clickSeconds: 2.65, keySeconds: 0.28, keysOfCharacter: 3, charactersPerMinute: 300 } as const;

export const secondsOf = ({ clicks, keys, characters }: HandsOn): number =>
  clicks * model.clickSeconds + keys * model.keySeconds + (characters * 60) / model.charactersPerMinute;

const keysOf = (typed: string): number =>
  [...typed].reduce((sum, one) => sum + (/\p{Script=Han}/u.test(one) ? model.keysOfCharacter : 1), 0);

/**
 * Told before a page sees what was done: a press of the mouse is one click, a choice from a list two, a field that was changed one to reach it and the
 * keys of all that stands in it when it is left. What is shown at that moment is what the person has read.
 */
const observer = `(() => {
  const shown = () => [...document.querySelectorAll('main, .ask')].map((one) => one.innerText).join('\\n');
  const tell = (clicks, typed) => globalThis.handsOn(clicks, typed, shown());
  const isField = (one) =>
    one instanceof HTMLTextAreaElement || (one instanceof HTMLInputElement && !['radio', 'checkbox', 'file'].includes(one.type));
  const before = new WeakMap();
  addEventListener('pointerdown', () => tell(1, ''), true);
  addEventListener('focusin', ({ target }) => { if (isField(target)) before.set(target, target.value); }, true);
  addEventListener('focusout', ({ target }) => { if (isField(target) && target.value !== before.get(target)) tell(1, target.value); }, true);
  addEventListener('change', ({ target }) => { if (target instanceof HTMLSelectElement) tell(2, ''); }, true);
  addEventListener('keydown', ({ target }) => { if (!isField(target)) tell(0, ' '); }, true);
})()`;

/** Counts from now on, whatever page the person goes to. */
export async function watch(page: Page): Promise<HandsOn> {
  const work: HandsOn = { clicks: 0, keys: 0, characters: 0 };
  const seen = new Set<string>();
  await page.exposeBinding('handsOn', (_source, clicks: number, typed: string, shown: string) => {
    work.clicks += clicks;
    work.keys += keysOf(typed);
    for (const line of shown.split('\n').map((one) => one.trim())) {
      if (!seen.has(line)) work.characters += line.length;
      seen.add(line);
    }
  });
  await page.addInitScript(observer);
  await page.reload();
  return work;
}
