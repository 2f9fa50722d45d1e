import { useQuery } from '@tanstack/react-query';
import type { Definition } from '#core/bpmn/index.ts';
import type { CasePage } from '#modules/process/contract.ts';

/** The drawing of a case as data. The reader of drawings is large and comes when it is first needed. */
export function useDefinition(page: Pick<CasePage, 'process' | 'version' | 'xml'> | undefined): Definition | undefined {
  const read = useQuery({
    queryKey: ['definition', page?.process, page?.version],
    queryFn: async () => {
      const { parseProcess } = await import('#core/bpmn/index.ts');
      return (await parseProcess(page?.xml ?? '')).definition ?? null;
    },
    enabled: page !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return read.data ?? undefined;
}

/** What the drawing calls the form of a step; null without one. */
export function formOf(definition: Definition | undefined, node: string | undefined): string | null {
  const drawn = definition?.nodes.find(({ id }) => id === node);
  return drawn?.kind === 'user' ? (drawn.terms.form ?? null) : null;
}

export const isSigned = (definition: Definition | undefined, node: string): boolean => {
  const drawn = definition?.nodes.find(({ id }) => id === node);
  return drawn?.kind === 'user' && drawn.multi !== undefined;
};
