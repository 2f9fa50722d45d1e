import { parseArgs } from 'node:util';
import { simulate } from '../../test/simulation/simulate.ts';

export const summary = '模拟一家银行的若干年 · live years of a simulated bank';
export const usage = `qianmo simulate --seed S [--years N] [--days N] [--borrowers N] [--faults] [--json]

Runs a bank in a temporary folder of its own: borrowers open facilities, draw through the core bank's simulator, repay in every way, fail; every day is
closed, and after each the whole bank is looked at. Exit 1 when a rule is broken.
--years N      calendar years, every day a business date (default 1); --days N for a shorter time
--borrowers N  people who borrow (default 200)
--faults       faults of the core bank, killed processes, days closed together, business beside the end of day
Prints {"violations","days","loans","postings","crashes",…}. The seed decides everything but the moment at which a kill falls and the order of what is
asked for at the same time: test/simulation/README.md`;

export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: { seed: text, years: text, days: text, borrowers: text, faults: { type: 'boolean' }, json: { type: 'boolean' } },
    strict: true,
  });
  const [seed, years, borrowers] = [wholeOf(values.seed ?? '1'), wholeOf(values.years ?? '1'), wholeOf(values.borrowers ?? '200')];
  const days = values.days === undefined ? (years ?? 0) * 365 : wholeOf(values.days);
  if (seed === null || years === null || borrowers === null || days === null || days < 1 || borrowers < 1) {
    process.stderr.write('simulate: --seed、--years、--days、--borrowers 须为整数 / must be whole numbers\n');
    return 2;
  }
  const told = ({ day, days: passed, violations }: { day: string; days: number; violations: number }): void => {
    if (day.endsWith('-01')) process.stderr.write(`${day}: ${passed}/${days} 天 days, ${violations} 处违反 violations\n`);
  };
  const report = await simulate({ seed, days, borrowers, hasFaults: values.faults ?? false, say: told });
  process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, null, 2)}\n`);
  return report.violations === 0 ? 0 : 1;
}

const wholeOf = (given: string): number | null => (/^\d{1,9}$/.test(given) ? Number(given) : null);
