import { useTranslation } from 'react-i18next';
import { isAsked } from '#core/product/index.ts';
import type { Form, Question } from '#core/product/index.ts';
import { spoken } from '../i18n.ts';
import { answersOf, isMoney, type Typed } from './typed-answers.ts';
import './schema-form.css';

/**
 * A product's form as fields, one a question, in its order; what is not asked after the other answers is not shown. `wrong` says what is wrong, by the name
 * of its question. `only` shows some of the questions; `prefix` tells two forms on one page apart.
 */
export function SchemaForm({
  form,
  typed,
  wrong,
  isReadOnly = false,
  only,
  prefix = 'form',
  onChange,
}: {
  form: Form;
  typed: Typed;
  wrong: ReadonlyMap<string, string>;
  isReadOnly?: boolean;
  only?: readonly string[];
  prefix?: string;
  onChange: (next: Typed) => void;
}) {
  const { answers } = answersOf(form, typed);
  return (
    <div className="schema-form">
      {Object.entries(form.properties)
        .filter(([name, one]) => isAsked(one, answers) && only?.includes(name) !== false)
        .map(([name, one]) => (
          <Field
            key={name}
            id={`${prefix}-${name}`}
            one={one}
            said={typed[name]}
            wrong={wrong.get(name)}
            isRequired={form.required.includes(name)}
            isReadOnly={isReadOnly}
            onChange={(value) => onChange({ ...typed, [name]: value })}
          />
        ))}
    </div>
  );
}

interface FieldProps {
  id: string;
  one: Question;
  said: Typed[string] | undefined;
  wrong: string | undefined;
  isRequired: boolean;
  isReadOnly: boolean;
  onChange: (value: Typed[string]) => void;
}

function Field(props: FieldProps) {
  const { one, id, wrong, isRequired } = props;
  const language = spoken();
  const title = language === 'en' ? one['x-title-en'] : one.title;
  const hint = language === 'en' ? one['x-description-en'] : one.description;
  const label = (
    <>
      {title}
      {isRequired && (
        <span className="bad" aria-hidden="true">
          {' '}
          *
        </span>
      )}
    </>
  );
  const said = wrong ?? hint;
  const below =
    said === undefined ? null : (
      <span id={`${id}-hint`} className={wrong === undefined ? 't3 sm' : 'bad sm'}>
        {said}
      </span>
    );
  if (one.type === 'array' || one.type === 'boolean' || (one.type === 'string' && 'enum' in one && one.enum.length <= 5)) {
    return (
      <fieldset className="typed chips" aria-describedby={below === null ? undefined : `${id}-hint`}>
        <legend>{label}</legend>
        <Chips {...props} />
        {below}
      </fieldset>
    );
  }
  return (
    <p className="typed">
      <label htmlFor={id}>{label}</label>
      <Entry {...props} />
      {below}
    </p>
  );
}

/** Few answers are buttons: a thumb finds them on a phone. */
function Chips({ one, id, said, isReadOnly, onChange }: FieldProps) {
  const { t } = useTranslation();
  const language = spoken();
  const chip = (key: string, text: string, type: 'checkbox' | 'radio', isOn: boolean, set: () => void) => (
    <label key={key} className={isOn ? 'on' : ''}>
      <input type={type} name={id} checked={isOn} disabled={isReadOnly} onChange={set} />
      {text}
    </label>
  );
  if (one.type === 'boolean') {
    return (
      <span className="line">
        {[true, false].map((value) =>
          chip(String(value), value ? t('list.yes') : t('list.no'), 'radio', said === value, () => onChange(value)),
        )}
      </span>
    );
  }
  if (one.type === 'array') {
    const chosen = Array.isArray(said) ? said : [];
    return (
      <span className="line">
        {one.items.enum.map((value) => {
          const isOn = chosen.includes(value);
          const next = isOn ? chosen.filter((item) => item !== value) : [...chosen, value];
          return chip(value, one.items['x-words'][value]?.[language] ?? value, 'checkbox', isOn, () => onChange(next));
        })}
      </span>
    );
  }
  if (!('enum' in one)) return null;
  return (
    <span className="line">
      {one.enum.map((value) => chip(value, one['x-words'][value]?.[language] ?? value, 'radio', said === value, () => onChange(value)))}
    </span>
  );
}

function Entry({ one, id, said, wrong, isReadOnly, onChange }: FieldProps) {
  const { t } = useTranslation();
  const language = spoken();
  const value = typeof said === 'string' ? said : '';
  const common = {
    id,
    value,
    disabled: isReadOnly,
    'aria-invalid': wrong !== undefined,
    'aria-describedby': `${id}-hint`,
  };
  if (one.type === 'integer') {
    const unit = one['x-unit'];
    return (
      <span className="entry">
        <input
          {...common}
          inputMode={isMoney(one) ? 'decimal' : 'numeric'}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
        {unit !== undefined && <span className="t3">{t(`cases.unit.${unit}`)}</span>}
      </span>
    );
  }
  if (one.type !== 'string') return null;
  if ('enum' in one) {
    return (
      <span className="entry">
        <select {...common} onChange={(event) => onChange(event.target.value)}>
          <option value="">{t('cases.choose')}</option>
          {one.enum.map((option) => (
            <option key={option} value={option}>
              {one['x-words'][option]?.[language] ?? option}
            </option>
          ))}
        </select>
      </span>
    );
  }
  if ('format' in one) {
    return (
      <span className="entry">
        <input {...common} type="date" onChange={(event) => onChange(event.target.value)} />
      </span>
    );
  }
  if (one.maxLength > 60)
    return <textarea {...common} className="area" rows={2} maxLength={one.maxLength} onChange={(event) => onChange(event.target.value)} />;
  return (
    <span className="entry">
      <input {...common} maxLength={one.maxLength} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
    </span>
  );
}
