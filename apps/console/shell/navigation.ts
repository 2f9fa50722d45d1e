import type { zh } from '../locales/zh/index.ts';

type NavKey = Exclude<keyof typeof zh.shell.nav, 'label'>;

export interface NavItem {
  readonly key: NavKey;
  readonly to: string;
  /** The address of a list keeps the grid scope. */
  readonly scoped?: true;
  /** What else lies under it: where a row of the list leads. */
  readonly under?: string;
  /** Without this permission the entry is not offered. */
  readonly needs?: string;
}
export interface NavGroup {
  readonly key: NavKey;
  readonly items: readonly NavItem[];
}

/** Navigation by job. An entry without a group stands alone. */
export const navigation: readonly (NavItem | NavGroup)[] = [
  { key: 'workbench', to: '/' },
  {
    key: 'grid',
    items: [
      { key: 'gridTree', to: '/grid', needs: 'population.read' },
      { key: 'households', to: '/households', scoped: true, needs: 'population.read' },
      { key: 'persons', to: '/persons', scoped: true, needs: 'population.read' },
    ],
  },
  {
    key: 'village',
    items: [
      { key: 'villageProgress', to: '/village/progress', needs: 'village.read' },
      { key: 'villagePool', to: '/village/pool', needs: 'village.read' },
      { key: 'villageEvaluation', to: '/village/evaluation', needs: 'village.read' },
      { key: 'villageVisits', to: '/village/visits', needs: 'village.read' },
      { key: 'villageGrants', to: '/village/grants', needs: 'village.read' },
      { key: 'villageProjects', to: '/village/projects', needs: 'village.read' },
    ],
  },
  { key: 'whitelist', to: '/whitelist', scoped: true, needs: 'whitelist.read' },
  {
    key: 'credit',
    items: [
      { key: 'work', to: '/work', under: '/cases', needs: 'process.read' },
      { key: 'channels', to: '/channels', needs: 'lending.read' },
      { key: 'absences', to: '/absences', needs: 'process.work' },
      { key: 'loans', to: '/loans', needs: 'servicing.read' },
      { key: 'facilities', to: '/facilities', needs: 'servicing.read' },
      { key: 'calculator', to: '/calculator' },
      { key: 'dayEnds', to: '/day-ends', needs: 'servicing.ledger' },
      { key: 'reconciliation', to: '/reconciliations', needs: 'servicing.ledger' },
      { key: 'lpr', to: '/lpr', needs: 'servicing.read' },
    ],
  },
  {
    key: 'strategy',
    items: [
      { key: 'decide', to: '/decide', needs: 'strategy.decide' },
      { key: 'strategies', to: '/strategies', needs: 'strategy.read' },
      { key: 'processes', to: '/processes', needs: 'process.read' },
      { key: 'products', to: '/products', needs: 'product.read' },
    ],
  },
  {
    key: 'data',
    items: [
      { key: 'loads', to: '/loads', needs: 'intake.read' },
      { key: 'sources', to: '/sources', needs: 'intake.read' },
      { key: 'identity', to: '/identity', needs: 'intake.identity' },
      { key: 'indicators', to: '/indicators', needs: 'indicators.read' },
      { key: 'inquiries', to: '/inquiries', needs: 'inquiry.sources' },
    ],
  },
  {
    key: 'system',
    items: [
      { key: 'changes', to: '/changes', needs: 'change.read' },
      { key: 'audit', to: '/audit', needs: 'audit.read' },
    ],
  },
];

export function isGroup(entry: NavItem | NavGroup): entry is NavGroup {
  return 'items' in entry;
}

/** Whether an address lies under a navigation entry. */
export function leadsTo(item: NavItem, path: string): boolean {
  const lies = (place: string): boolean => path === place || path.startsWith(`${place}/`);
  return item.to === '/' ? path === '/' : lies(item.to) || (item.under !== undefined && lies(item.under));
}

/** The entries a reader's permissions allow; a group without entries is not offered. */
export function allowed(permissions: readonly string[]): readonly (NavItem | NavGroup)[] {
  const may = (item: NavItem): boolean => item.needs === undefined || permissions.includes(item.needs);
  return navigation.flatMap((entry): readonly (NavItem | NavGroup)[] => {
    if (!isGroup(entry)) return may(entry) ? [entry] : [];
    const items = entry.items.filter(may);
    return items.length === 0 ? [] : [{ key: entry.key, items }];
  });
}
