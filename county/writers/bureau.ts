import { digits, yuan } from '../byte-text.ts';
import { compactText, dashText } from '../calendar.ts';
import type { Extracts } from '../extracts.ts';
import { strikes, type Adult } from '../livelihoods.ts';
import { classes, type Class5, type Loan } from '../loans.ts';
import { parameters } from '../parameters.ts';
import type { Random } from '../random.ts';
import { adultsOf, type Town } from '../village.ts';

type Arrears = { nowTerms: number; nowAmount: number; maxTerms24: number; count24: number; count60: number; dpd90: number; class5: Class5 };

/** Consents, and a credit report summary for whoever consented to the query: with a file, or a thin one. Others have no row: unknown. */
export function writeBureau(town: Town, extracts: Extracts): void {
  const random = town.random('bureau');
  const { fullDay, entity } = town.setting;
  const reports = extracts.of('pboc_report', fullDay);
  const consents = extracts.of('consent', fullDay);
  for (const adult of adultsOf(town)) {
    const { person } = adult;
    const consent = (purpose: 'pboc' | 'data' | 'marketing', place: number) => {
      const from = fullDay - random.int(1, 700);
      const to = random.chance(parameters.consent.expired) ? fullDay - random.int(0, 200) : Math.max(from + 730, fullDay + 30);
      const number = `N${digits(person.number, 7)}${place}`;
      consents.row([entity, number, person.id, person.nameUtf, purpose, dashText(Math.min(from, to - 1)), dashText(to)]);
    };
    const loans = town.loans.get(adult) ?? [];
    const filed = loans.length > 0 || random.chance(fileShare(person.age));
    if (filed || random.chance(thinShare)) {
      consent('pboc', 1);
      const head = [entity, `R${digits(person.number, 7)}`, person.id, person.nameUtf, compactText(fullDay - random.int(1, 85))];
      reports.row([...head, ...(filed ? fileFields(adult, loans, random) : thinFields(random))]);
    }
    if (random.chance(parameters.consent.data)) consent('data', 2);
    if (random.chance(parameters.consent.marketing)) consent('marketing', 3);
  }
}

/** Of adults without a file, those queried all the same. */
const thinShare = (parameters.pboc.queried - parameters.pboc.file) / (1 - parameters.pboc.file);

/** Share of adults of an age with a credit file, own borrowers aside; over all adults it comes to the parameter. */
function fileShare(age: number): number {
  if (age < 22) return 0.22;
  if (age <= 50) return 0.61;
  if (age <= 60) return 0.47;
  return age <= 70 ? 0.25 : 0.06;
}

function thinFields(random: Random): string[] {
  const fields = Array.from({ length: 25 }, () => '');
  fields[0] = 'Y';
  const queries = random.chance(0.1) ? 1 : 0;
  return fields.with(15, '0').with(16, String(queries)).with(17, String(queries));
}

/** The 25 figures of a report with accounts. Shares of adults become shares of files. */
function fileFields(adult: Adult, loans: readonly Loan[], random: Random): string[] {
  const { file, loanElsewhere, card } = parameters.pboc;
  const { risk } = adult.person;
  const elsewhere = random.chance(loanElsewhere / file);
  const hasCard = random.chance(card / file);
  const owed = loans.reduce((sum, loan) => sum + loan.balance, 0);
  const secured = loans
    .filter((loan) => loan.guarantee === 'mortgage' || loan.guarantee === 'pledge')
    .reduce((sum, loan) => sum + loan.balance, 0);
  const mortgage = elsewhere && random.chance(0.25);
  const other = elsewhere ? Math.round(adult.income * (mortgage ? 3 : 0.6) * Math.exp(0.3 * risk + 0.7 * random.normal())) : 0;
  const small = elsewhere && strikes(risk, 0.25, 0.4, random) ? random.int(1, 4) : 0;
  const balance = owed + other;
  const earlier = Math.round(balance * (0.6 + 0.6 * random.next()));
  const lenders = (owed > 0 ? 1 : 0) + (elsewhere ? 1 + small : 0);
  const limit = hasCard ? Math.round(adult.income / 1_000_000 + 1) * 500_000 : 0;
  const used = hasCard ? Math.min(1.1, Math.max(0, 0.35 + 0.18 * risk + 0.25 * random.normal())) : 0;
  const due = Math.round(other / (mortgage ? 150 : 24)) + Math.round((owed * 5) / 1_200) + Math.round(limit * used * 0.1);
  const arrears = drawArrears(adult, loans, balance > 0 || hasCard, random);
  const hunger = 0.25 * Math.exp(0.5 * risk);
  const q1 = count(hunger, random);
  const q3 = q1 + count(hunger * 1.5, random);
  const q6 = q3 + count(hunger * 2, random);
  const guarantees = random.chance(0.04);
  const bad = arrears.class5 !== 'normal' && arrears.class5 !== 'special_mention';
  const flag = (share: number, loading: number) => (strikes(risk, share, loading, random) ? 'Y' : 'N');
  const score = Math.min(1_000, Math.max(0, Math.round(640 - 75 * risk + 35 * random.normal() - (arrears.count24 > 0 ? 60 : 0))));
  return [
    'N',
    yuan(balance),
    yuan(earlier),
    yuan(balance - secured - (mortgage ? other : 0)),
    String(lenders),
    String(small),
    yuan(due),
    yuan(limit),
    hasCard ? used.toFixed(4) : '',
    yuan(arrears.nowAmount),
    String(arrears.maxTerms24),
    String(arrears.count24),
    String(arrears.count60),
    String(arrears.dpd90),
    balance > 0 || hasCard ? arrears.class5 : '',
    String(q1),
    String(q3),
    String(q6),
    String(Math.min((adult.person.age - 18) * 12, 6 + Math.floor(160 * random.next()))),
    yuan(guarantees ? random.int(2, 30) * 1_000_000 : 0),
    guarantees ? flag(0.03, 0.4) : 'N',
    bad ? 'Y' : flag(0.004, 0.6),
    flag(0.006, 0.5),
    random.chance(0.002) ? 'Y' : 'N',
    random.chance(0.8) ? String(score) : '',
  ];
}

/** Arrears in the report: those of the own due bills, and those elsewhere, so that both together come to the shares of the parameters. */
function drawArrears(adult: Adult, loans: readonly Loan[], borrows: boolean, random: Random): Arrears {
  const { file, overdueNow, overdue30In24m, loading } = parameters.pboc;
  const { borrowersOfFiles, ownArrears24m, ownArrearsNow } = parameters.derived;
  const { risk } = adult.person;
  const months = loans.flatMap((loan) => loan.months);
  const worstOwn = months.reduce((worst, month) => Math.max(worst, month.worstDpd), 0);
  const nowOwn = loans.filter((loan) => loan.status !== 'settled' && loan.dpd > 0);
  const elsewhere = borrows ? strikes(risk, (overdue30In24m - ownArrears24m) / file / borrowersOfFiles, loading, random) : false;
  const slight = borrows && strikes(risk, 0.06, loading, random);
  const terms = Math.max(Math.ceil(worstOwn / 30), elsewhere ? 2 + Math.floor(5 * random.next() ** 2) : 0, slight ? 1 : 0);
  const nowElsewhere = (elsewhere || slight) && random.chance(((overdueNow - ownArrearsNow) / file / borrowersOfFiles) * 10);
  const nowTerms = Math.max(...nowOwn.map((loan) => Math.ceil(loan.dpd / 30)), nowElsewhere ? Math.max(1, terms - 1) : 0, 0);
  const nowAmount =
    nowOwn.reduce((sum, loan) => sum + Math.round(loan.balance / 12) + 100, 0) + (nowElsewhere ? random.int(300, 20_000) * 100 : 0);
  const count24 = Math.max(
    months.filter((month) => month.worstDpd > 0).length,
    terms > 0 ? terms + (random.chance(0.4) ? random.int(1, 5) : 0) : 0,
  );
  const dpd90 = Math.max(months.filter((month) => month.worstDpd > 90).length, terms >= 4 ? terms - 3 : 0);
  const worstClass = Math.max(
    ...loans.filter((loan) => loan.status !== 'settled').map((loan) => classes.indexOf(loan.class5)),
    nowTerms >= 4 ? 2 : nowTerms > 0 ? 1 : 0,
    0,
  );
  const count60 =
    count24 + (count24 > 0 && random.chance(0.5) ? random.int(1, 4) : strikes(risk, 0.04, loading, random) ? random.int(1, 3) : 0);
  return {
    nowTerms,
    nowAmount,
    maxTerms24: terms,
    count24: Math.min(24, count24),
    count60: Math.min(60, count60),
    dpd90: Math.min(24, dpd90),
    class5: classes[worstClass]!,
  };
}

/** A count with the given mean, by drawing until the luck runs out. */
function count(mean: number, random: Random): number {
  let n = 0;
  while (n < 20 && random.chance(mean / (1 + mean))) n++;
  return n;
}
