import { createHash } from 'node:crypto';

/**
 * The keyed identifier of a person: says nothing about the number it was made from, and is the same in every load.
 * @param personKey 18-digit resident ID, or `roll:<village>:<group>:<household>:<member>` for someone without one.
 */
export function personIdOf(installationKey: string, entityId: string, personKey: string): string {
  return `P${createHash('sha256').update(`${installationKey}|${entityId}|${personKey}`).digest('hex').slice(0, 15)}`;
}
