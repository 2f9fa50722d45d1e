interface TabsProps<Tab extends string> {
  readonly tabs: readonly Tab[];
  readonly open: Tab;
  readonly nameOf: (tab: Tab) => string;
  readonly onOpen: (tab: Tab) => void;
}

/** The parts of one screen, of which one is open. */
export function Tabs<Tab extends string>({ tabs, open, nameOf, onOpen }: TabsProps<Tab>) {
  return (
    <div className="views" role="tablist">
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          aria-selected={tab === open}
          className={tab === open ? 'on' : ''}
          onClick={() => onOpen(tab)}
        >
          {nameOf(tab)}
        </button>
      ))}
    </div>
  );
}
