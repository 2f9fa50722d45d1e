import { expect, test } from 'vitest';
import { createLog, explainFault } from './index.ts';

function written(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ write: (line) => void lines.push(line) }));
  return lines.join('');
}

test.each<[string, (log: ReturnType<typeof createLog>) => void, string[]]>([
  [
    'a resident ID in a message',
    (log) => log.info('looked for 320799199001011234 and 32079919900101123X'),
    ['320799199001011234', '32079919900101123X'],
  ],
  [
    'a 15-digit ID and a phone in a message',
    (log) => log.info({ a: 1 }, 'no 320799900101123, call 13812345678'),
    ['320799900101123', '13812345678'],
  ],
  [
    'personal fields at three depths',
    (log) => log.info({ name: '孙立国', a: { phone: 'p-1', b: { resident_id: 'r-1' } } }),
    ['孙立国', 'p-1', 'r-1'],
  ],
  ['a password and a cookie', (log) => log.info({ req: { password: 'secret-1', cookie: 'secret-2' } }), ['secret-1', 'secret-2']],
  [
    'an error of PostgreSQL that quotes its row',
    (log) =>
      log.error(
        { err: Object.assign(new Error('duplicate 320799199001011234'), { code: '23505', detail: 'Key (phone)=(13812345678)' }) },
        'x',
      ),
    ['320799199001011234', '13812345678'],
  ],
])('%s is not written', (_name, write, forbidden) => {
  const text = written(write);
  expect(text).toContain('"service":"qianmo"');
  for (const word of forbidden) expect(text).not.toContain(word);
});

test('what is harmless is written whole', () => {
  const line: unknown = JSON.parse(
    written((log) => log.info({ route: '/api/v1/persons/:id', ms: 12, person_id: 'P0123456789abcde' }, 'request')),
  );
  expect(line).toMatchObject({ route: '/api/v1/persons/:id', ms: 12, person_id: 'P0123456789abcde', msg: 'request' });
});

test.each([
  [Object.assign(new Error('x'), { code: 'ENOSPC' }), 'the disk is full'],
  [new Error('load', { cause: Object.assign(new Error('could not extend file'), { code: '53100' }) }), 'the disk is full'],
  [Object.assign(new Error('x'), { code: 'EADDRINUSE', port: 8080 }), 'port 8080 is taken'],
  [Object.assign(new Error('x'), { code: 'EACCES', path: '/srv/data' }), 'no permission for /srv/data'],
  [new Error('something else'), null],
])('%s is explained', (error, words) => {
  if (words === null) expect(explainFault(error)).toBeNull();
  else expect(explainFault(error)).toContain(words);
});
