import type { ReactNode } from 'react';

interface TabsProps<Tab extends string> {
  readonly tabs: readonly Tab[];
  readonly open: Tab;
  readonly nameOf: (tab: Tab) => string;
  /** How many stand in it, where that is worth saying. */
  readonly countOf?: (tab: Tab) => string | number | undefined;
  /** A class beside `on`. */
  readonly toneOf?: (tab: Tab) => string;
  readonly label?: string;
  /** Inside another part of the screen, not across it. */
  readonly isInside?: boolean;
  readonly onOpen: (tab: Tab) => void;
  /** Stands after them. */
  readonly children?: ReactNode;
}

/** The parts of one screen, of which one is open. */
export function Tabs<Tab extends string>({
  tabs,
  open,
  nameOf,
  countOf,
  toneOf,
  label,
  isInside = false,
  onOpen,
  children,
}: TabsProps<Tab>) {
  return (
    <div className={isInside ? 'views inside' : 'views'} role="tablist" aria-label={label}>
      {tabs.map((tab) => {
        const number = countOf?.(tab);
        return (
          <button
            key={tab}
            type="button"
            role="tab"
            aria-selected={tab === open}
            className={[tab === open ? 'on' : '', toneOf?.(tab) ?? ''].join(' ').trim()}
            onClick={() => onOpen(tab)}
          >
            {nameOf(tab)}
            {number !== undefined && <i>{number}</i>}
          </button>
        );
      })}
      {children}
    </div>
  );
}
