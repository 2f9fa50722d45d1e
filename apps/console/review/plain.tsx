import type { ReactNode } from 'react';

/** A page of a few words and one thing to do. */
export function Plain({
  title,
  act,
  children,
}: {
  title: string;
  act?: { readonly text: string; readonly run: () => void; readonly isBusy?: boolean };
  children: ReactNode;
}) {
  return (
    <main className="phone">
      <div className="plain">
        <h1>{title}</h1>
        <div>{children}</div>
      </div>
      {act !== undefined && (
        <div className="dock">
          <button type="button" className="big go" disabled={act.isBusy} onClick={act.run}>
            {act.text}
          </button>
        </div>
      )}
    </main>
  );
}
