import type { Acting } from '../application.tsx';
import type { Problem } from '../api.ts';
import { useWords } from '../words/index.tsx';

/** What went wrong in plain words; beside it the way on. */
export function useProblemWords(): (problem: Problem) => string {
  const { words, say } = useWords();
  return (problem) => {
    if (problem.is('network')) return words.network;
    if (problem.words === null) return words.fault;
    const places = problem.places.map((place) => say(place)).join('；');
    return places === '' ? say(problem.words) : `${say(problem.words)}：${places}`;
  };
}

export function Notice({ acting: { problem, isSlow } }: { acting: Acting }) {
  const { words } = useWords();
  const tell = useProblemWords();
  return (
    <>
      <div role="alert">{problem !== null && <p className="notice">{tell(problem)}</p>}</div>
      <div role="status">{isSlow && <p className="notice notice--slow">{words.slow}</p>}</div>
    </>
  );
}

/** A sentence under what was typed, read out when it appears. */
export function Wrong({ id, children }: { id: string; children: string | null }) {
  return (
    <p id={id} role="alert" className={children === null ? 'wrong wrong--none' : 'wrong'}>
      {children}
    </p>
  );
}
