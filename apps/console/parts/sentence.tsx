import { useState, type ReactNode } from 'react';

/** Filters written as one sentence; each underlined word is a choice. */
export function Sentence({ children, right }: { children: ReactNode; right?: ReactNode }) {
  return (
    <div className="sent">
      <span className="words">{children}</span>
      {right !== undefined && <span className="r">{right}</span>}
    </div>
  );
}

export interface Option {
  readonly value: string;
  readonly text: string;
}

/** One word of the sentence, chosen from a list. The first option stands for "any". */
export function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
}) {
  return (
    <select
      className={value === (options[0]?.value ?? '') ? 'f' : 'f set'}
      aria-label={label}
      value={value}
      title={options.find((option) => option.value === value)?.text}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  );
}

/** One word of the sentence, typed. It takes effect on Enter or on leaving the field. */
export function Word(props: WordProps) {
  // A filter that is cleared elsewhere starts the word anew.
  return <TypedWord key={props.value} {...props} />;
}

interface WordProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string;
  readonly number?: boolean;
  readonly onChange: (value: string) => void;
}

function TypedWord({ label, value, placeholder, number = false, onChange }: WordProps) {
  const [text, setText] = useState(value);
  const commit = (): void => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <input
      className={value === '' ? 'f' : 'f set'}
      aria-label={label}
      placeholder={placeholder}
      inputMode={number ? 'numeric' : 'text'}
      value={text}
      onChange={(event) => setText(number ? event.target.value.replace(/[^\d.]/g, '') : event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
