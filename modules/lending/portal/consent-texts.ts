import type { ConsentText } from '#modules/inquiry/index.ts';
import type { LendingDeps } from '../deps.ts';

export interface OfferedText {
  /** Text and version. */
  readonly key: string;
  readonly title: { readonly zh: string; readonly en: string };
  readonly body: string;
  readonly refusing: { readonly zh: string; readonly en: string };
  readonly sources: readonly string[];
  readonly isRequired: boolean;
  readonly isSeparate: boolean;
}

export interface OfferedTexts {
  /** Required ones first. */
  readonly items: readonly OfferedText[];
  readonly face: OfferedText;
}

/** The newest version of every text that an application shows. @throws Error for a text that the configuration names and the bank does not have */
export async function consentTexts({ inquiry, configuration }: LendingDeps): Promise<OfferedTexts> {
  const texts = await inquiry.texts();
  const { required, optional, face } = configuration.consents;
  const newest = (name: string, isRequired: boolean): OfferedText => {
    const found = texts.filter(({ text }) => text === name).toSorted((a, b) => b.version - a.version)[0];
    if (!found) throw new Error(`consent text ${name} is not there`);
    return offered(found, isRequired);
  };
  return {
    items: [...required.map((name) => newest(name, true)), ...optional.map((name) => newest(name, false))],
    face: newest(face, false),
  };
}

const offered = ({ text, version, title, body, refusing, sources, separate }: ConsentText, isRequired: boolean): OfferedText => ({
  key: `${text}@${version}`,
  title,
  body,
  refusing,
  sources,
  isRequired,
  isSeparate: separate,
});
