import { useParams } from '@tanstack/react-router';

/** Project and household of the address. */
export function useIds(): { project: string; household: string } {
  const { project = '', household = '' } = useParams({ strict: false }) as { project?: string; household?: string };
  return { project, household };
}
