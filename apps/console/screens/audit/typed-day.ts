/** A day as people type it, as it is written everywhere: 2026-11-19. What is no day stands as typed, and the server says so. */
export function typedDay(text: string): string {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(text.trim()) ?? /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text.trim());
  if (parts === null) return text.trim();
  const [, year = '', month = '', day = ''] = parts;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
