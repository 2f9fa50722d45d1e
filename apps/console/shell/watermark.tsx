import { Watermark } from 'antd';
import { useRouterState } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMe } from '../api/session.ts';
import { token } from '../theme/tokens.ts';
import './watermark.css';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Nothing on this screen is about a person; every other screen carries the reader's mark. */
    readonly impersonal?: true;
  }
}

/** Who looks, and when, faintly across everything that is about people: a picture of the screen and a printed page say whose they are. */
export function Marked({ children }: { children: ReactNode }) {
  const me = useMe();
  const impersonal = useRouterState({ select: (state) => state.matches.some((match) => match.staticData.impersonal === true) });
  if (impersonal) return <div className="marked">{children}</div>;
  return (
    <Watermark
      className="marked"
      content={[`${me.name} ${me.staffId}`, me.today]}
      font={{ color: token('color-watermark'), fontSize: 13, fontFamily: token('font-family') }}
      gap={[150, 130]}
      rotate={-20}
    >
      {children}
    </Watermark>
  );
}
