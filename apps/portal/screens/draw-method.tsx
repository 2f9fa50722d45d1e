import { useEffect, useState } from 'react';
import { bank, problemFrom } from '../api.ts';
import type { DrawPreview, Method, Problem } from '../api.ts';
import { useStanding } from '../application.tsx';
import type { DrawDraft } from '../draw-draft.ts';
import { shortYuan, yuan } from '../format.ts';
import { Go } from '../parts/buttons.tsx';
import { Frame } from '../parts/frame.tsx';
import { useProblemWords } from '../parts/notice.tsx';
import { useWords } from '../words/index.tsx';
import type { DrawPageProps } from './draw.tsx';

export interface MethodPreview {
  readonly method: Method;
  readonly preview: DrawPreview | null;
  readonly problem: Problem | null;
}

/** Each way for this very amount and time, worked out by the bank. */
export function useMethodPreviews({ amountFen, months }: DrawDraft, methods: readonly Method[]): MethodPreview[] {
  const { heard } = useStanding();
  const [found, setFound] = useState<Readonly<Record<string, Omit<MethodPreview, 'method'>>>>({});
  const names = methods.join(' ');
  useEffect(() => {
    if (amountFen === null || months === null) return;
    let isHere = true;
    const ask = async (method: Method): Promise<void> => {
      const answer = await previewOf(method, amountFen, months);
      if (!isHere) return;
      setFound((before) => ({ ...before, [`${amountFen} ${months} ${method}`]: answer }));
      if (answer.problem) heard(answer.problem);
    };
    void Promise.all(methodsIn(names).map(ask));
    return () => {
      isHere = false;
    };
  }, [amountFen, months, names, heard]);
  return methods.map((method) => ({ method, ...(found[`${amountFen} ${months} ${method}`] ?? { preview: null, problem: null }) }));
}

async function previewOf(method: Method, amountFen: bigint, months: number): Promise<Omit<MethodPreview, 'method'>> {
  try {
    return { preview: await bank.previewDraw({ amount_fen: amountFen.toString(), method, months }), problem: null };
  } catch (fault) {
    return { preview: null, problem: problemFrom(fault) };
  }
}

const known: readonly Method[] = ['equal_installment', 'equal_principal', 'interest_only', 'bullet', 'revolving'];
const methodsIn = (names: string): Method[] => known.filter((method) => names.split(' ').includes(method));

export function MethodPage({ ready, draft, onAnswer }: DrawPageProps) {
  const { words } = useWords();
  const [attempt, setAttempt] = useState(0);
  return <Methods key={attempt} {...{ ready, draft, onAnswer }} onAgain={() => setAttempt(attempt + 1)} title={words.drawMethodTitle} />;
}

function Methods({ ready, draft, onAnswer, onAgain, title }: DrawPageProps & { onAgain: () => void; title: string }) {
  const { words } = useWords();
  const tell = useProblemWords();
  const previews = useMethodPreviews(draft, ready.methods);
  const failed = previews.find(({ problem }) => problem !== null)?.problem ?? null;
  return (
    <Frame
      title={title}
      why={words.drawMethodWhy}
      above="loans"
      dock={failed === null ? undefined : <Go onPress={onAgain}>{words.again}</Go>}
    >
      <div role="alert">{failed !== null && <p className="why">{tell(failed)}</p>}</div>
      <ul className="methods">
        {previews.map(({ method, preview }) => (
          <li key={method}>
            <button type="button" aria-pressed={draft.method === method} disabled={preview === null} onClick={() => onAnswer({ method })}>
              <b>{words.method[method]}</b>
              <span>{words.methodLine[method]}</span>
              {preview === null ? <span className="src">…</span> : <Figures preview={preview} />}
            </button>
          </li>
        ))}
      </ul>
    </Frame>
  );
}

function Figures({ preview }: { preview: DrawPreview }) {
  const { words } = useWords();
  const [first] = preview.lines;
  return (
    <span className="method-figures">
      {first && (
        <span>
          {words.firstPayment(first.due_date)}
          <b>
            {shortYuan((BigInt(first.principal_fen) + BigInt(first.interest_fen)).toString())} {words.yuan}
          </b>
        </span>
      )}
      <span>
        {words.totalInterest}
        <b>
          {yuan(preview.interest_fen)} {words.yuan}
        </b>
      </span>
    </span>
  );
}
