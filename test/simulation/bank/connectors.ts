import type { CoreBank } from '#connectors/core-bank/index.ts';
import { coreSettingsOf } from './entity.ts';

/** One connector a legal entity, opened when it is first needed. */
export function connectors(open: (settings: ReturnType<typeof coreSettingsOf>) => CoreBank) {
  const opened = new Map<string, CoreBank>();
  return {
    of: (entity: string): CoreBank => {
      const connector = opened.get(entity) ?? open(coreSettingsOf(entity));
      opened.set(entity, connector);
      return connector;
    },
    close: async (): Promise<void> => {
      for (const connector of opened.values()) await connector.close();
    },
  };
}
