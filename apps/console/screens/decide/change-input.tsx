import { Modal } from 'antd';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { InputRead } from '#modules/strategy/contract.ts';
import { spoken } from '../../i18n.ts';
import { inputTitle, inputValue, type Plain } from '../../parts/indicator-value.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import type { Changed } from './decide.tsx';
import { typedValue } from './typed-value.ts';

/** Chooses one of the inputs the decision read, and another value for it. */
export function ChangeInput({
  inputs,
  taken,
  onChange,
}: {
  inputs: readonly InputRead[];
  taken: readonly Changed[];
  onChange: (changed: Changed) => void;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="f" onClick={() => setOpen(true)}>
        + {t('decide.change')}
      </button>
      <Modal open={open} title={t('decide.changeTitle')} footer={null} onCancel={() => setOpen(false)} destroyOnHidden width={560}>
        <Form
          inputs={inputs}
          taken={taken}
          onChange={(changed) => {
            setOpen(false);
            onChange(changed);
          }}
        />
      </Modal>
    </>
  );
}

function Form({
  inputs,
  taken,
  onChange,
}: {
  inputs: readonly InputRead[];
  taken: readonly Changed[];
  onChange: (changed: Changed) => void;
}) {
  const { t } = useTranslation();
  const language = spoken();
  const [find, setFind] = useState('');
  const [name, setName] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState(false);
  const asked = find.trim().toLowerCase();
  const found = inputs.filter(
    (input) => asked === '' || input.name.toLowerCase().includes(asked) || input.label[language].toLowerCase().includes(asked),
  );
  const input = inputs.find((one) => one.name === name);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (input === undefined) return;
    const value = typedValue(text, input);
    if (value === undefined) setWrong(true);
    else onChange({ input: { ...input, value: original(input, taken) }, to: value });
  };
  return (
    <form onSubmit={submit} className="change-form">
      <input
        type="search"
        autoFocus
        aria-label={t('decide.find')}
        placeholder={t('decide.find')}
        value={find}
        onChange={(event) => setFind(event.target.value)}
      />
      <ul className="choices">
        {found.map((one) => (
          <li key={one.name}>
            <label className={one.name === name ? 'on' : ''}>
              <input
                type="radio"
                name="input"
                checked={one.name === name}
                onChange={() => {
                  setName(one.name);
                  setWrong(false);
                }}
              />
              <span>{one.label[language]}</span>
              <span className="mono t3">{one.name}</span>
              <span className="num" title={inputTitle(one, one.value, t)}>
                {inputValue(one, one.value, t)}
              </span>
            </label>
          </li>
        ))}
      </ul>
      {input !== undefined && (
        <div className="new-value">
          <label htmlFor="new-value">
            {t('decide.newValue', {
              name: input.label[language],
              unit: input.unit === null ? '' : t(`codes.unit.${input.unit as 'fen'}`, { defaultValue: input.unit }),
            })}
          </label>
          <input
            id="new-value"
            value={text}
            aria-invalid={wrong}
            placeholder={t('decide.emptyIsUnknown')}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" className="btn pri">
            {t('decide.apply')}
          </button>
        </div>
      )}
      {wrong && <Wrong small>{t('decide.wrongType')}</Wrong>}
    </form>
  );
}

/** The value before any change, when the same input is changed a second time. */
function original(input: InputRead, taken: readonly Changed[]): Plain {
  return taken.find((one) => one.input.name === input.name)?.input.value ?? input.value;
}
