import { useMutation, useQuery, useQueryClient, type UseMutationResult, type UseQueryResult } from '@tanstack/react-query';
import { z } from 'zod';
import { demonstrationSignIns, me as meContract, type DemonstrationSignIns, type Me as Session } from '#modules/organization/contract.ts';
import { spoken } from '../i18n.ts';
import { forget } from '../shell/scope.ts';
import { carry, get, Problem, send } from './client.ts';

const path = '/api/v1/session';
const nothing = z.unknown();

export interface Me {
  readonly staffId: string;
  /** Tells what this person keeps on a device from anybody else's, of any bank. */
  readonly owner: string;
  readonly name: string;
  /** Branch and role in words. */
  readonly post: string;
  readonly permissions: readonly string[];
  /** Where the grid opens: the first place of the reader's scope. */
  readonly home: string;
  /** By the calendar. */
  readonly today: string;
  /** The date that is open for lending; today where lending has not begun. */
  readonly businessDate: string;
  may(permission: string): boolean;
}

/** The session, or null when nobody is signed in. */
async function readSession(): Promise<Session | null> {
  try {
    const session = await get(meContract, path);
    carry({ csrf: session.csrf });
    return session;
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) return null;
    throw problem;
  }
}

/** The business date and what one may do can change while somebody works: whoever goes on to another screen asks anew. */
const freshForMilliseconds = 60_000;

export function useSession(): UseQueryResult<Session | null> {
  return useQuery({ queryKey: ['session'], queryFn: readSession, staleTime: freshForMilliseconds });
}

/** The signed-in person; only inside the frame, where a session is certain. */
export function useMe(): Me {
  const session = useSession().data;
  if (session === null || session === undefined) throw new Error('no session inside the frame');
  const language = spoken();
  const roles = session.roles.map((role) => role.name[language]).join(language === 'zh' ? '、' : ', ');
  return {
    staffId: session.staff_id,
    owner: `${session.entity.entity_id} ${session.staff_id}`,
    name: session.name,
    post: roles === '' ? session.institution.name : roles,
    permissions: session.permissions,
    home: session.home ?? session.entity.entity_id,
    today: session.today,
    businessDate: session.business_date ?? session.today,
    may: (permission) => session.permissions.includes(permission),
  };
}

export function useSignIn(): UseMutationResult<Session, Error, { login: string; password: string }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body) => send(meContract, 'POST', path, body),
    onSuccess: (session) => {
      carry({ csrf: session.csrf });
      client.setQueryData(['session'], session);
    },
  });
}

export function useSignOut(): UseMutationResult<unknown, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => send(nothing, 'DELETE', path),
    onSuccess: () => {
      forget();
      // Nothing that was read stays behind for the next person at this desk.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      client.setQueryData(['session'], null);
    },
  });
}

export function useChangePassword(): UseMutationResult<unknown, Error, { current: string; next: string }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body) => send(nothing, 'POST', `${path}/password`, body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['session'] }),
  });
}

export function useDemonstration(): UseQueryResult<DemonstrationSignIns> {
  return useQuery({
    queryKey: ['demonstration'],
    queryFn: () => get(demonstrationSignIns, `${path}/demonstration`),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
