import './field.css';

/** A labelled field with its unit beside it. */
export function TypedField({
  id,
  label,
  unit,
  value,
  hint,
  isWrong = false,
  decimal = true,
  autoFocus = false,
  usual,
  onChange,
}: {
  id: string;
  label: string;
  unit?: string;
  value: string;
  hint?: string | undefined;
  isWrong?: boolean;
  decimal?: boolean;
  autoFocus?: boolean;
  /** What is usually written here, offered while typing. */
  usual?: readonly string[];
  onChange: (value: string) => void;
}) {
  return (
    <p className="typed">
      <label htmlFor={id}>{label}</label>
      <span className="entry">
        <input
          id={id}
          autoFocus={autoFocus}
          autoComplete="off"
          inputMode={decimal ? 'decimal' : 'text'}
          value={value}
          list={usual === undefined ? undefined : `${id}-usual`}
          aria-invalid={isWrong}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onChange={(event) => onChange(event.target.value)}
        />
        {usual !== undefined && (
          <datalist id={`${id}-usual`}>
            {usual.map((word) => (
              <option key={word} value={word} />
            ))}
          </datalist>
        )}
        {unit !== undefined && <span className="t3">{unit}</span>}
      </span>
      {hint !== undefined && (
        <span id={`${id}-hint`} className={isWrong ? 'bad sm' : 't3 sm'}>
          {hint}
        </span>
      )}
    </p>
  );
}

export function ChosenField({
  id,
  label,
  value,
  options,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  options: readonly { readonly value: string; readonly text: string }[];
  onChange: (value: string) => void;
}) {
  return (
    <p className="typed">
      <label htmlFor={id}>{label}</label>
      <span className="entry">
        <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
      </span>
    </p>
  );
}

export function DateField({
  id,
  label,
  value,
  least,
  hint,
  isWrong = false,
  autoFocus = false,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  /** The first day that may be chosen. */
  least?: string;
  hint?: string | undefined;
  isWrong?: boolean;
  autoFocus?: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <p className="typed">
      <label htmlFor={id}>{label}</label>
      <span className="entry">
        <input
          id={id}
          type="date"
          autoFocus={autoFocus}
          value={value}
          min={least}
          aria-invalid={isWrong}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onChange={(event) => onChange(event.target.value)}
        />
      </span>
      {hint !== undefined && (
        <span id={`${id}-hint`} className={isWrong ? 'bad sm' : 't3 sm'}>
          {hint}
        </span>
      )}
    </p>
  );
}

/** Why it is done: kept with it for good. */
export function ReasonField({
  id,
  label,
  example,
  value,
  autoFocus = false,
  onChange,
}: {
  id: string;
  label: string;
  example: string;
  value: string;
  autoFocus?: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <p className="typed">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="area"
        rows={2}
        maxLength={500}
        autoFocus={autoFocus}
        value={value}
        placeholder={example}
        onChange={(event) => onChange(event.target.value)}
      />
    </p>
  );
}

/** Long enough to say something. */
export const isReason = (text: string): boolean => text.trim().length >= 4;
