import { useMutation, useQueries, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import {
  addresses as lendingAddresses,
  applicationList,
  applicationPage,
  type ApplicationPage,
  type ApplicationSummary,
} from '#modules/lending/contract.ts';
import { gridNode } from '#modules/population/contract.ts';
import {
  acted,
  addresses,
  candidateList,
  casePage,
  caseVerbs,
  type ActBody,
  type Acted,
  type CandidateList,
  type CasePage,
} from '#modules/process/contract.ts';
import {
  addresses as strategyAddresses,
  loggedAnswer,
  strategyList,
  strategyPage,
  type LoggedAnswer,
  type Text,
} from '#modules/strategy/contract.ts';
import { get, send } from './client.ts';
import { useMe } from './session.ts';

/**
 * Looking at a case is kept in the audit trail: it is read when it is opened and after each act, never by the clock. Nothing of it is kept once nobody
 * looks: colleagues move it meanwhile, and whoever comes back would be offered what is no longer theirs to do.
 */
const readWhenOpened = { staleTime: Number.POSITIVE_INFINITY, gcTime: 0 } as const;

export const useCase = (id: string | null): UseQueryResult<CasePage> =>
  useQuery({
    queryKey: ['case', id],
    queryFn: () => get(casePage, addresses.case.replace(':id', id ?? '')),
    enabled: id !== null,
    ...readWhenOpened,
  });

export const useApplication = (id: string | null): UseQueryResult<ApplicationPage> => {
  const me = useMe();
  return useQuery({
    queryKey: ['application', id],
    queryFn: () => get(applicationPage, lendingAddresses.application.replace(':id', id ?? '')),
    enabled: id !== null && me.may('lending.read'),
    ...readWhenOpened,
  });
};

export const useLoggedDecision = (id: string | null): UseQueryResult<LoggedAnswer> => {
  const me = useMe();
  return useQuery({
    queryKey: ['decision', 'logged', id],
    queryFn: () => get(loggedAnswer, strategyAddresses.logged.replace(':decisionId', id ?? '')),
    enabled: id !== null && me.may('strategy.read'),
    staleTime: Number.POSITIVE_INFINITY,
  });
};

export const useCandidates = (taskId: string | null): UseQueryResult<CandidateList> =>
  useQuery({
    queryKey: ['candidates', taskId],
    queryFn: () => get(candidateList, addresses.candidates.replace(':id', taskId ?? '')),
    enabled: taskId !== null,
    staleTime: 0,
  });

export type Verb = keyof typeof import('../locales/zh/cases.ts').cases.verb;
export interface Act {
  readonly verb: Verb;
  readonly caseId: string;
  readonly taskId: string | null;
  readonly body: Partial<ActBody>;
}

const isOfCase = (verb: string): verb is (typeof caseVerbs)[number] => caseVerbs.some((one) => one === verb);

/** One act on a task or a case; whatever was read of cases and work is read anew. */
export function useAct(): UseMutationResult<Acted, Error, Act> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ verb, caseId, taskId, body }) =>
      isOfCase(verb) || taskId === null
        ? send(acted, 'POST', addresses.caseAct.replace(':id', caseId).replace(':verb', verb), body)
        : send(acted, 'POST', addresses.act.replace(':id', taskId).replace(':verb', verb), body),
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => readAnew.has(String(queryKey[0])) }),
  });
}

const readAnew: ReadonlySet<string> = new Set(['case', 'application', 'work', 'applicants', 'candidates']);

/** What the applications on a list show beside their name; newest first, as many pages as reach the oldest of them. */
export function useApplicants(ids: readonly string[]): ReadonlyMap<string, ApplicationSummary> {
  const me = useMe();
  const numbers = ids.map((id) => Number(id.slice(1))).filter(Number.isSafeInteger);
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  const list = useQuery({
    queryKey: ['applicants', first, last],
    queryFn: () => readApplicants(first, last),
    enabled: numbers.length > 0 && me.may('lending.read'),
    staleTime: 60_000,
  });
  return list.data ?? none;
}

const none: ReadonlyMap<string, ApplicationSummary> = new Map();
/** Beyond this many the second line stays empty: a list is not worth reading all that was ever asked for. */
const mostPages = 5;

async function readApplicants(first: number, last: number): Promise<Map<string, ApplicationSummary>> {
  const found = new Map<string, ApplicationSummary>();
  let after: string | null = `A${last + 1}`;
  for (let page = 0; page < mostPages && after !== null && Number(after.slice(1)) > first; page += 1) {
    const answer: { items: ApplicationSummary[]; next_cursor: string | null } = await get(applicationList, lendingAddresses.applications, {
      after,
      limit: 200,
    });
    for (const item of answer.items) found.set(item.application_id, item);
    after = answer.next_cursor;
  }
  return found;
}

/** Staff wording of reasons by their code, from the strategies in force. */
export function useReasonWords(): ReadonlyMap<string, Text> {
  const me = useMe();
  const words = useQuery({
    queryKey: ['reason-words'],
    queryFn: readReasons,
    enabled: me.may('strategy.read'),
    staleTime: 30 * 60_000,
  });
  return words.data ?? noWords;
}

const noWords: ReadonlyMap<string, Text> = new Map();

async function readReasons(): Promise<Map<string, Text>> {
  const { items } = await get(strategyList, strategyAddresses.strategies);
  const pages = await Promise.all(
    items
      .filter((item) => item.current_version !== null)
      .map(({ name }) => get(strategyPage, strategyAddresses.strategy.replace(':name', name))),
  );
  return new Map(pages.flatMap((page) => page.reasons.map((reason) => [reason.code, reason.staff] as const)));
}

const villageDigits = 12;
const townshipDigits = 9;

/** 「镇 村」 of grid codes: one question a township, whose villages come with it. */
export function usePlaces(codes: readonly string[]): (code: string) => string | null {
  const me = useMe();
  const townships = [...new Set(codes.map((code) => code.slice(0, Math.max(townshipDigits, 6))))].filter(
    (code) => code.length === townshipDigits,
  );
  const nodes = useQueries({
    queries: townships.map((code) => ({
      queryKey: ['grid', code],
      queryFn: () => get(gridNode, `/api/v1/grid/${code}`),
      enabled: me.may('population.read'),
      staleTime: 10 * 60_000,
    })),
  });
  const names = new Map<string, string>();
  for (const { data } of nodes) {
    if (data === undefined) continue;
    const township = data.path.find((place) => place.code.length === townshipDigits)?.name ?? '';
    for (const child of data.children) names.set(child.code, `${township} ${child.name}`.trim());
    names.set(data.code, township);
  }
  return (code) => names.get(code.slice(0, villageDigits)) ?? names.get(code.slice(0, townshipDigits)) ?? null;
}
