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
          aria-invalid={isWrong}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onChange={(event) => onChange(event.target.value)}
        />
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
