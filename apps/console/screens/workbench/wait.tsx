import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** One thing that waits: how many, what, and the way there. */
export function Wait({
  number,
  text,
  tone,
  to,
  search,
  hint,
}: {
  number: ReactNode;
  text: string;
  tone: string;
  to: string;
  search?: Record<string, string>;
  hint: string;
}) {
  return (
    <li>
      <Link to={to} search={search ?? {}}>
        <b className={tone}>{number}</b>
        <span>{text}</span>
        <span className="t3 sm">{hint}</span>
      </Link>
    </li>
  );
}
