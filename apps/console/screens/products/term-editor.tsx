import { useState } from 'react';
import { fieldOf, type FieldName } from '#core/product/index.ts';
import { TypedField } from '../../parts/field.tsx';
import { plainText, saidCode, saidTerm, type Saying } from './said.ts';
import { isTyped, textOf, valueOf } from './typed-layer.ts';

interface EditorProps {
  readonly name: FieldName;
  readonly value: unknown;
  /** What the layers above say; undefined when they say nothing. */
  readonly upper: unknown;
  readonly saying: Saying;
  readonly onChange: (value: unknown) => void;
  readonly onRemove: () => void;
}

/** One term that is to differ, with what stands above it and what may be done. */
export function TermEditor(props: EditorProps) {
  const { name, upper, saying, onRemove } = props;
  const { t, language } = saying;
  const { change, name: title } = fieldOf(name);
  return (
    <fieldset className="term-editor">
      <legend>
        {title[language]} <span className="t3 sm">{t(`products.mode.${change.kind}`)}</span>
      </legend>
      <Entry {...props} />
      {upper !== undefined && <p className="t3 sm">{t('products.upper', { value: saidTerm(name, upper, saying) })}</p>}
      <button type="button" className="link sm" onClick={onRemove} aria-label={t('products.removeTerm', { name: title[language] })}>
        ✕
      </button>
    </fieldset>
  );
}

function Entry(props: EditorProps) {
  const { name } = props;
  const { unit } = fieldOf(name);
  if (isTyped(name)) return <TypedTerm {...props} />;
  if (unit === 'codes' || unit === 'months_list') return <Several {...props} />;
  if (unit === 'wording') return <Wordings {...props} />;
  if (unit === 'discounts') return <Discounts {...props} />;
  if (unit === 'fees') return <Fees {...props} />;
  return <One {...props} />;
}

function TypedTerm({ name, value, saying: { t, language }, onChange }: EditorProps) {
  const [text, setText] = useState(() => textOf(name, value));
  const { unit, name: title, shape } = fieldOf(name);
  const units: Partial<Record<typeof unit, string>> = { fen: t('unit.yuan'), ppm: '%', months: t('unit.months') };
  const shown = units[unit];
  return (
    <TypedField
      id={`term-${name}`}
      label={title[language]}
      {...(shown === undefined ? {} : { unit: shown })}
      value={text}
      decimal={unit !== 'grids'}
      isWrong={!shape.safeParse(valueOf(name, text)).success}
      onChange={(next) => {
        setText(next);
        onChange(valueOf(name, next));
      }}
    />
  );
}

/** The choices of a list: what the layer above has; for what only grows, the bank's whole dictionary. */
function choicesOf({ name, upper, saying }: EditorProps): (string | number)[] {
  const { family = '', change } = fieldOf(name);
  const words = Object.keys(saying.words.dictionary[family] ?? {});
  const grows = change.kind === 'narrow' && change.merge !== undefined;
  return Array.isArray(upper) && !grows ? upper.filter((one) => typeof one === 'string' || typeof one === 'number') : words;
}

function Several(props: EditorProps) {
  const { name, value, saying, onChange } = props;
  const { family = '' } = fieldOf(name);
  const chosen: unknown[] = Array.isArray(value) ? value : [];
  return (
    <span className="term-choices">
      {choicesOf(props).map((one) => (
        <label key={one}>
          <input
            type="checkbox"
            checked={chosen.includes(one)}
            onChange={(event) =>
              onChange(event.target.checked ? inOrder([...chosen, one], props) : chosen.filter((other) => other !== one))
            }
          />
          {saidCode(family, String(one), saying)}
        </label>
      ))}
    </span>
  );
}

const inOrder = (chosen: readonly unknown[], props: EditorProps): unknown[] => choicesOf(props).filter((one) => chosen.includes(one));

function One({ name, value, saying, onChange }: EditorProps) {
  const { family = '', name: title } = fieldOf(name);
  const options = optionsOf(name, saying);
  return (
    <select
      className="term-select"
      aria-label={title[saying.language]}
      value={JSON.stringify(value)}
      onChange={(event) => onChange(options.find((one) => JSON.stringify(one) === event.target.value))}
    >
      {options.map((one) => (
        <option key={JSON.stringify(one)} value={JSON.stringify(one)}>
          {one === null
            ? saying.t('products.notNeeded')
            : name === 'interest_every'
              ? saidTerm(name, one, saying)
              : saidCode(family, String(one), saying)}
        </option>
      ))}
    </select>
  );
}

const dueDays = ['start_day', ...Array.from({ length: 28 }, (_, index) => index + 1)];

function optionsOf(name: FieldName, { words }: Saying): (string | number | null)[] {
  const forms = words.forms.map((form) => form.code);
  switch (name) {
    case 'due_day':
      return dueDays;
    case 'interest_every':
      return [1, 3];
    case 'strategy':
      return words.strategies;
    case 'application_form':
      return forms;
    case 'investigation_form':
      return [null, ...forms];
    default: {
      const { family = '', shape } = fieldOf(name);
      const known = ownWords[family] ?? Object.keys(words.dictionary[family] ?? {});
      return known.filter((one) => shape.safeParse(one).success);
    }
  }
}

/** Words that are the console's and not the bank's. */
const ownWords: Readonly<Record<string, readonly string[]>> = {
  facility_kinds: ['revolving', 'single_use'],
  outside_area: ['allow', 'refer', 'refuse'],
  spouse_consent: ['never', 'above', 'always'],
  reprice: ['never', 'january', 'anniversary'],
  lpr_terms: ['one_year', 'five_year'],
  scenes: ['screen', 'apply'],
  '': ['30/360', 'actual/360', 'actual/365'],
};

const partOf = (value: unknown, key: string): string => {
  const part: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined;
  return plainText(part);
};

function Wordings({ name, value, saying: { t }, onChange }: EditorProps) {
  const both = { zh: partOf(value, 'zh'), en: partOf(value, 'en') };
  return (
    <>
      <TypedField
        id={`term-${name}-zh`}
        label={t('products.nameZh')}
        value={both.zh}
        decimal={false}
        onChange={(zh) => onChange({ ...both, zh })}
      />
      <TypedField
        id={`term-${name}-en`}
        label={t('products.nameEn')}
        value={both.en}
        decimal={false}
        onChange={(en) => onChange({ ...both, en })}
      />
    </>
  );
}

function Discounts({ name, value, upper, saying, onChange }: EditorProps) {
  const posts = Object.keys(upper !== null && typeof upper === 'object' ? upper : {});
  return (
    <span className="typed-grid">
      {posts.map((post) => (
        <TypedField
          key={post}
          id={`term-${name}-${post}`}
          label={saidCode('posts', post, saying)}
          unit="bp"
          value={partOf(value, post)}
          onChange={(text) =>
            onChange({
              ...(value !== null && typeof value === 'object' ? value : {}),
              [post]: /^\d{1,3}$/.test(text) ? Number(text) : text,
            })
          }
        />
      ))}
    </span>
  );
}

function Fees({ value, upper, saying: { language }, onChange }: EditorProps) {
  const [above, chosen]: unknown[][] = [upper, value].map((one) => (Array.isArray(one) ? one : []));
  return (
    <span className="term-choices">
      {(above ?? []).map((fee) => {
        const id = partOf(fee, 'id');
        const isOn = (chosen ?? []).some((one) => partOf(one, 'id') === id);
        const rest = (chosen ?? []).filter((one) => partOf(one, 'id') !== id);
        const name: unknown = fee !== null && typeof fee === 'object' ? Reflect.get(fee, 'name') : undefined;
        return (
          <label key={id}>
            <input type="checkbox" checked={isOn} onChange={() => onChange(isOn ? rest : [...rest, fee])} />
            {partOf(name, language)}
          </label>
        );
      })}
    </span>
  );
}
