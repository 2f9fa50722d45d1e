import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Fragment } from 'react';

export interface Crumb {
  readonly text: string;
  readonly to?: string;
  readonly search?: Readonly<Record<string, string>>;
}

/** The way back, county first. The last one is where the reader stands. */
export function Crumbs({ way, step }: { way: readonly Crumb[]; step?: ReactNode }) {
  return (
    <nav className="crumb" aria-label="breadcrumb">
      {way.map((crumb, index) => (
        <Fragment key={`${index}-${crumb.text}`}>
          {index > 0 && <s aria-hidden="true">›</s>}
          {crumb.to === undefined ? (
            <span>{crumb.text}</span>
          ) : (
            <Link to={crumb.to} search={crumb.search ?? {}}>
              {crumb.text}
            </Link>
          )}
        </Fragment>
      ))}
      {step !== undefined && <span className="step">{step}</span>}
    </nav>
  );
}

export function PageHead({
  way,
  title,
  notes,
  actions,
}: {
  way?: readonly Crumb[];
  title: ReactNode;
  notes?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="head">
      {way !== undefined && <Crumbs way={way} />}
      <div className="title">
        <h1>{title}</h1>
        {notes}
        {actions !== undefined && <span className="acts">{actions}</span>}
      </div>
    </div>
  );
}

/** One section: a title that says the finding, a quiet note, then the work. */
export function Section({
  title,
  note,
  right,
  className = '',
  children,
}: {
  title: ReactNode;
  note?: ReactNode;
  right?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section className={`sec ${className}`.trimEnd()}>
      <h2>
        {title}
        {note !== undefined && <small>{note}</small>}
        {right !== undefined && <span className="r">{right}</span>}
      </h2>
      {children}
    </section>
  );
}

/** The one figure that matters, its unit, and what it rests on. */
export function Figure({
  label,
  value,
  unit,
  note,
  tone = '',
}: {
  label: ReactNode;
  value: ReactNode;
  unit?: string;
  note?: ReactNode;
  tone?: string;
}) {
  return (
    <dl className="fig">
      <dt>{label}</dt>
      <dd className={tone}>
        {value}
        {unit !== undefined && <small>{unit}</small>}
      </dd>
      {note !== undefined && <dd className="note">{note}</dd>}
    </dl>
  );
}
