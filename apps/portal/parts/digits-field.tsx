import { Wrong } from './notice.tsx';

/** Digits in groups as people read them aloud; what is typed or pasted beside digits is left out. */
export function DigitsField({
  label,
  value,
  onType,
  most,
  groups,
  kind,
  wrong,
  onEnter,
}: {
  label: string;
  value: string;
  onType: (digits: string) => void;
  most: number;
  groups: readonly number[];
  kind: 'tel' | 'one-time-code' | 'off';
  wrong: string | null;
  onEnter?: () => void;
}) {
  return (
    <form
      className="fields"
      onSubmit={(event) => {
        event.preventDefault();
        onEnter?.();
      }}
    >
      <label className="field">
        <span>{label}</span>
        <input
          className="figures"
          type="text"
          inputMode="numeric"
          autoComplete={kind}
          value={grouped(value, groups)}
          onChange={(event) => onType(event.target.value.normalize('NFKC').replaceAll(/\D/g, '').slice(0, most))}
          aria-invalid={wrong !== null}
          aria-describedby="digits-wrong"
        />
      </label>
      <Wrong id="digits-wrong">{wrong}</Wrong>
    </form>
  );
}

function grouped(digits: string, groups: readonly number[]): string {
  let from = 0;
  const parts = groups.map((length) => digits.slice(from, (from += length)));
  return [...parts, digits.slice(from)].filter((part) => part !== '').join(' ');
}
