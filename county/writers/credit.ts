import { digits, yuan } from '../byte-text.ts';
import { compactText, dashText, monthEndsBefore, type Day } from '../calendar.ts';
import type { Extracts, Sink } from '../extracts.ts';
import type { Adult } from '../livelihoods.ts';
import { loanMonths, type Loan } from '../loans.ts';
import { parameters } from '../parameters.ts';
import type { Random } from '../random.ts';
import { adultsOf, type Town } from '../village.ts';

/** Due bills with today's changes, their months, and who stands for them. */
export function writeLoans(town: Town, extracts: Extracts): void {
  const random = town.random('loan files');
  const { fullDay, businessDay, entity } = town.setting;
  const full = extracts.of('loan_account', fullDay);
  const delta = extracts.of('loan_account', businessDay, 'I');
  const guarantees = extracts.of('guarantee', fullDay);
  const months = new Map(monthEndsBefore(businessDay, loanMonths).map((day) => [day, extracts.of('loan_month', day)]));
  const neighbours = [...adultsOf(town)].filter(({ person }) => person.age >= 22 && person.age <= 62);
  for (const loan of [...town.loans.values()].flat()) {
    full.row(loanFields(loan, loan.balance, loan.dpd, entity, fullDay));
    if (loan.status === 'active' && random.chance(0.02)) {
      const paid = loan.dpd === 0 ? Math.floor(loan.balance * 0.9) : loan.balance;
      delta.row(loanFields(loan, paid, loan.dpd === 0 ? 0 : loan.dpd + 1, entity, businessDay));
    }
    for (const { end, balance, worstDpd, interest, class5 } of loan.months) {
      const text = compactText(end);
      months
        .get(end)!
        .line(`${entity}|@|${loan.number}|@|${text}|@|${yuan(balance)}|@|${worstDpd}|@|${yuan(interest)}|@|${class5}|@|${text}`);
    }
    if (loan.guarantee === 'guarantee') writeGuarantee(loan, neighbours, guarantees, entity, fullDay, random);
  }
}

function loanFields(loan: Loan, balance: number, dpd: number, entity: string, day: Day): string[] {
  return [
    entity,
    loan.number,
    loan.adult.customer!.number,
    `C${loan.number.slice(1, -1)}`,
    loan.product,
    compactText(loan.start),
    compactText(loan.end),
    yuan(loan.principal),
    yuan(balance),
    yuan(loan.limit),
    loan.rate,
    loan.class5,
    loan.status,
    loan.guarantee,
    String(dpd),
    loan.extended === null ? '0' : '1',
    loan.extended === null ? '' : compactText(loan.extended),
    loan.renewed ? 'Y' : 'N',
    loan.relief ? 'Y' : 'N',
    loan.settled === null ? '' : compactText(loan.settled),
    compactText(day),
  ];
}

function writeGuarantee(loan: Loan, neighbours: readonly Adult[], sink: Sink, entity: string, day: Day, random: Random): void {
  if (neighbours.length < 2) return;
  const found = random.int(0, neighbours.length - 1);
  const guarantor = neighbours[found] === loan.adult ? neighbours[(found + 1) % neighbours.length]! : neighbours[found]!;
  const { nameGb, id } = guarantor.person;
  sink.row([entity, loan.number, nameGb, id, yuan(loan.principal), loan.status === 'active' ? 'active' : 'released', compactText(day)]);
}

/** Applications of the last year: those that became loans, and those that did not. */
export function writeApplications(town: Town, extracts: Extracts): void {
  const random = town.random('application');
  const { fullDay, entity } = town.setting;
  const sink = extracts.of('loan_application', fullDay);
  for (const adult of adultsOf(town)) {
    const { person } = adult;
    const write = (place: number, day: Day, product: string, result: string) =>
      sink.row([entity, `A${digits(person.number, 7)}${place}`, person.id, person.nameUtf, dashText(day), product, result]);
    const granted = (town.loans.get(adult) ?? []).filter((loan) => loan.start > fullDay - 365);
    granted.forEach((loan, i) => write(i + 1, loan.start - random.int(1, 6), loan.product, 'approved'));
    const tries = person.age >= 20 && person.age <= 62 && random.chance(parameters.application12m * 0.6);
    if (tries) write(9, fullDay - random.int(1, 360), 'farmer_credit', random.chance(0.55 + 0.1 * person.risk) ? 'refused' : 'cancelled');
  }
}
