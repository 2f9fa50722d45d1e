import { createRootRoute, createRoute, createRouter, lazyRouteComponent, type AnyRouter } from '@tanstack/react-router';
import { z } from 'zod';
import { queryString, type Query } from './api/client.ts';
import { Gate } from './shell/gate.tsx';
import { Broken, Coming } from './shell/broken.tsx';
import { Lost } from './shell/lost.tsx';

/** Every word of an address is a text; a repeated key is a list. What the words may be is the server's to say. */
function parseSearch(search: string): Record<string, string | string[]> {
  const words: Record<string, string | string[]> = {};
  const params = new URLSearchParams(search);
  for (const key of new Set(params.keys())) {
    const values = params.getAll(key);
    words[key] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return words;
}

const word = z.string().optional().catch(undefined);
const words = <K extends string>(...keys: K[]): z.ZodObject<Record<K, typeof word>> =>
  z.object(Object.fromEntries(keys.map((key) => [key, word])) as Record<K, typeof word>);

const root = createRootRoute({ component: Gate });

const workbench = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/workbench/workbench.tsx'), 'Workbench'),
});
const gridHome = createRoute({
  getParentRoute: () => root,
  path: '/grid',
  component: lazyRouteComponent(() => import('./screens/grid/grid.tsx'), 'GridHome'),
});
const grid = createRoute({
  getParentRoute: () => root,
  path: '/grid/$code',
  component: lazyRouteComponent(() => import('./screens/grid/grid.tsx'), 'Grid'),
});
const households = createRoute({
  getParentRoute: () => root,
  path: '/households',
  validateSearch: words('grid', 'head', 'outcome', 'over_cap', 'sort', 'direction', 'view', 'columns'),
  component: lazyRouteComponent(() => import('./screens/households/households.tsx'), 'Households'),
});
const household = createRoute({
  getParentRoute: () => root,
  path: '/households/$id',
  component: lazyRouteComponent(() => import('./screens/household/household.tsx'), 'Household'),
});
const persons = createRoute({
  getParentRoute: () => root,
  path: '/persons',
  validateSearch: words(
    'grid',
    'name',
    'sex',
    'age_from',
    'age_to',
    'trade',
    'segment',
    'outcome',
    'sort',
    'direction',
    'open',
    'view',
    'columns',
  ),
  component: lazyRouteComponent(() => import('./screens/persons/persons.tsx'), 'Persons'),
});
const person = createRoute({
  getParentRoute: () => root,
  path: '/persons/$id',
  validateSearch: words('view'),
  component: lazyRouteComponent(() => import('./screens/person/person.tsx'), 'Person'),
});
const decision = createRoute({
  getParentRoute: () => root,
  path: '/persons/$id/decision',
  component: lazyRouteComponent(() => import('./screens/decision/decision.tsx'), 'CurrentDecision'),
});
const decide = createRoute({
  getParentRoute: () => root,
  path: '/decide',
  validateSearch: words('person'),
  component: lazyRouteComponent(() => import('./screens/decide/decide.tsx'), 'Decide'),
});
const whitelist = createRoute({
  getParentRoute: () => root,
  path: '/whitelist',
  validateSearch: words(
    'grid',
    'outcome',
    'segment',
    'reason',
    'limit_from',
    'limit_to',
    'rate_from',
    'rate_to',
    'sort',
    'direction',
    'view',
    'columns',
  ),
  component: lazyRouteComponent(() => import('./screens/whitelist/whitelist.tsx'), 'WhitelistScreen'),
});
const villageProgress = createRoute({
  getParentRoute: () => root,
  path: '/village/progress',
  validateSearch: words('project', 'grid', 'by'),
  component: lazyRouteComponent(() => import('./screens/village-progress/progress.tsx'), 'Progress'),
});
const loans = createRoute({
  getParentRoute: () => root,
  path: '/loans',
  validateSearch: words('state', 'past_due', 'view', 'columns'),
  component: lazyRouteComponent(() => import('./screens/loans/loans.tsx'), 'Loans'),
});
const loan = createRoute({
  getParentRoute: () => root,
  path: '/loans/$id',
  validateSearch: words('do', 'event'),
  component: lazyRouteComponent(() => import('./screens/loans/loan.tsx'), 'Loan'),
});
const facilities = createRoute({
  getParentRoute: () => root,
  path: '/facilities',
  validateSearch: words('state', 'open', 'view', 'columns'),
  component: lazyRouteComponent(() => import('./screens/facilities/facilities.tsx'), 'Facilities'),
});
const facility = createRoute({
  getParentRoute: () => root,
  path: '/facilities/$id',
  validateSearch: words('do'),
  component: lazyRouteComponent(() => import('./screens/facilities/facility.tsx'), 'Facility'),
});
const dayEnds = createRoute({
  getParentRoute: () => root,
  path: '/day-ends',
  validateSearch: words('date'),
  component: lazyRouteComponent(() => import('./screens/dayend/day-ends.tsx'), 'DayEnds'),
});
const account = createRoute({
  getParentRoute: () => root,
  path: '/day-ends/$date/$account',
  validateSearch: words('side', 'act', 'loan_id', 'open'),
  component: lazyRouteComponent(() => import('./screens/ledger/account.tsx'), 'Account'),
});
const reconciliation = createRoute({
  getParentRoute: () => root,
  path: '/reconciliations',
  validateSearch: words('date', 'state', 'open'),
  component: lazyRouteComponent(() => import('./screens/reconciliation/reconciliation.tsx'), 'Reconciliation'),
});
const lpr = createRoute({
  getParentRoute: () => root,
  path: '/lpr',
  validateSearch: words('do'),
  component: lazyRouteComponent(() => import('./screens/lpr/lpr.tsx'), 'Lpr'),
});
const calculator = createRoute({
  getParentRoute: () => root,
  path: '/calculator',
  validateSearch: words('amount', 'rate', 'months', 'method', 'start', 'due', 'count', 'every', 'fee', 'each'),
  component: lazyRouteComponent(() => import('./screens/calculator/calculator.tsx'), 'Calculator'),
});
const loads = createRoute({
  getParentRoute: () => root,
  path: '/loads',
  staticData: { impersonal: true },
  validateSearch: words('view', 'columns'),
  component: lazyRouteComponent(() => import('./screens/loads/loads.tsx'), 'Loads'),
});
const load = createRoute({
  getParentRoute: () => root,
  path: '/loads/$id',
  staticData: { impersonal: true },
  component: lazyRouteComponent(() => import('./screens/loads/load.tsx'), 'Load'),
});
const quarantine = createRoute({
  getParentRoute: () => root,
  path: '/loads/$id/quarantine',
  validateSearch: words('file', 'source', 'reason', 'state', 'row'),
  component: lazyRouteComponent(() => import('./screens/quarantine/quarantine.tsx'), 'Quarantine'),
});
const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  staticData: { impersonal: true },
  validateSearch: words('open'),
  component: lazyRouteComponent(() => import('./screens/sources/sources.tsx'), 'Sources'),
});
const identity = createRoute({
  getParentRoute: () => root,
  path: '/identity',
  validateSearch: words('state'),
  component: lazyRouteComponent(() => import('./screens/identity/identity.tsx'), 'Identity'),
});
const indicators = createRoute({
  getParentRoute: () => root,
  path: '/indicators',
  staticData: { impersonal: true },
  validateSearch: words('class', 'search', 'open'),
  component: lazyRouteComponent(() => import('./screens/indicators/indicators.tsx'), 'Indicators'),
});
const inquiries = createRoute({
  getParentRoute: () => root,
  path: '/inquiries',
  staticData: { impersonal: true },
  component: lazyRouteComponent(() => import('./screens/inquiries/inquiries.tsx'), 'Inquiries'),
});
const strategies = createRoute({
  getParentRoute: () => root,
  path: '/strategies',
  staticData: { impersonal: true },
  component: lazyRouteComponent(() => import('./screens/strategies/strategies.tsx'), 'Strategies'),
});
const strategy = createRoute({
  getParentRoute: () => root,
  path: '/strategies/$name',
  staticData: { impersonal: true },
  validateSearch: words('version', 'view'),
  component: lazyRouteComponent(() => import('./screens/strategies/strategy.tsx'), 'Strategy'),
});
const products = createRoute({
  getParentRoute: () => root,
  path: '/products',
  staticData: { impersonal: true },
  validateSearch: words('q', 'base', 'layer', 'segment', 'method', 'view', 'columns'),
  component: lazyRouteComponent(() => import('./screens/products/products.tsx'), 'Products'),
});
const product = createRoute({
  getParentRoute: () => root,
  path: '/products/$code',
  staticData: { impersonal: true },
  validateSearch: words('on', 'show'),
  component: lazyRouteComponent(() => import('./screens/products/product.tsx'), 'Product'),
});
const derive = createRoute({
  getParentRoute: () => root,
  path: '/products/$code/derive',
  staticData: { impersonal: true },
  validateSearch: words('as'),
  component: lazyRouteComponent(() => import('./screens/products/derive.tsx'), 'Derive'),
});
const work = createRoute({
  getParentRoute: () => root,
  path: '/work',
  validateSearch: words('tab', 'product', 'process', 'place', 'amount', 'open', 'view', 'columns'),
  component: lazyRouteComponent(() => import('./screens/work/work.tsx'), 'Work'),
});
const oneCase = createRoute({
  getParentRoute: () => root,
  path: '/cases/$id',
  validateSearch: words('show'),
  component: lazyRouteComponent(() => import('./screens/case/case.tsx'), 'Case'),
});
const loggedDecision = createRoute({
  getParentRoute: () => root,
  path: '/decisions/$id',
  component: lazyRouteComponent(() => import('./screens/decision/logged.tsx'), 'LoggedDecision'),
});
const channels = createRoute({
  getParentRoute: () => root,
  path: '/channels',
  validateSearch: words('open', 'state', 'view', 'columns'),
  component: lazyRouteComponent(() => import('./screens/channels/channels.tsx'), 'Channels'),
});
const absences = createRoute({
  getParentRoute: () => root,
  path: '/absences',
  validateSearch: words('do'),
  component: lazyRouteComponent(() => import('./screens/absences/absences.tsx'), 'Absences'),
});
const processes = createRoute({
  getParentRoute: () => root,
  path: '/processes',
  staticData: { impersonal: true },
  component: lazyRouteComponent(() => import('./screens/processes/processes.tsx'), 'Processes'),
});
const process = createRoute({
  getParentRoute: () => root,
  path: '/processes/$name',
  staticData: { impersonal: true },
  validateSearch: words('version', 'show'),
  component: lazyRouteComponent(() => import('./screens/processes/process.tsx'), 'Process'),
});
const evaluation = createRoute({
  getParentRoute: () => root,
  path: '/village/evaluation',
  validateSearch: words('project', 'tab', 'round', 'outcome', 'open'),
  component: lazyRouteComponent(() => import('./screens/evaluation/evaluation.tsx'), 'Evaluation'),
});
const villageVisits = createRoute({
  getParentRoute: () => root,
  path: '/village/visits',
  validateSearch: words('project', 'state'),
  component: lazyRouteComponent(() => import('./screens/village-visits/visits.tsx'), 'Visits'),
});
const villageVisit = createRoute({
  getParentRoute: () => root,
  path: '/village/visits/$project/$household',
  component: lazyRouteComponent(() => import('./screens/village-visits/visit.tsx'), 'Visit'),
});
const villageGrants = createRoute({
  getParentRoute: () => root,
  path: '/village/grants',
  validateSearch: words('project', 'tab', 'show', 'open'),
  component: lazyRouteComponent(() => import('./screens/village-grants/grants.tsx'), 'Grants'),
});
const changes = createRoute({
  getParentRoute: () => root,
  path: '/changes',
  validateSearch: words('state', 'kind', 'open', 'view', 'columns'),
  component: lazyRouteComponent(() => import('./screens/changes/changes.tsx'), 'Changes'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: words('actor', 'action', 'subject', 'day', 'view', 'columns'),
  component: lazyRouteComponent(() => import('./screens/audit/audit.tsx'), 'Audit'),
});

const villageProjects = createRoute({
  getParentRoute: () => root,
  path: '/village/projects',
  staticData: { impersonal: true },
  validateSearch: words('state', 'open'),
  component: lazyRouteComponent(() => import('./screens/village/projects.tsx'), 'VillageProjects'),
});
const villageProject = createRoute({
  getParentRoute: () => root,
  path: '/village/projects/$id',
  staticData: { impersonal: true },
  validateSearch: words('show', 'do'),
  component: lazyRouteComponent(() => import('./screens/village/project.tsx'), 'VillageProject'),
});
const villagePool = createRoute({
  getParentRoute: () => root,
  path: '/village/pool',
  validateSearch: words('project', 'grid', 'shade', 'state', 'manager', 'filed', 'head', 'open', 'do', 'many'),
  component: lazyRouteComponent(() => import('./screens/village/pool.tsx'), 'VillagePool'),
});
const villageHousehold = createRoute({
  getParentRoute: () => root,
  path: '/village/pool/$id/$household',
  validateSearch: words('do', 'person'),
  component: lazyRouteComponent(() => import('./screens/village/pool-household.tsx'), 'VillageHousehold'),
});

const tree = root.addChildren([
  villageProjects,
  villageProject,
  villagePool,
  villageHousehold,
  workbench,
  gridHome,
  grid,
  households,
  household,
  persons,
  person,
  decision,
  decide,
  whitelist,
  villageProgress,
  loans,
  loan,
  facilities,
  facility,
  calculator,
  dayEnds,
  reconciliation,
  lpr,
  account,
  loads,
  load,
  quarantine,
  sources,
  identity,
  indicators,
  inquiries,
  strategies,
  strategy,
  products,
  product,
  derive,
  work,
  oneCase,
  loggedDecision,
  channels,
  absences,
  processes,
  process,
  evaluation,
  villageVisits,
  villageVisit,
  villageGrants,
  changes,
  audit,
]);

export function makeRouter(): AnyRouter {
  return createRouter({
    routeTree: tree,
    parseSearch,
    stringifySearch: (search) => queryString(search as Query),
    defaultPreload: false,
    defaultNotFoundComponent: Lost,
    defaultErrorComponent: Broken,
    defaultPendingComponent: Coming,
    scrollRestoration: true,
    scrollToTopSelectors: ['#content'],
  });
}
