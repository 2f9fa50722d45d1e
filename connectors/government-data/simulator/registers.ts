/** What four registers know about somebody, by chance. Shares are of rural adults, estimated. */
import type { Draw } from '#platform/simulator/index.ts';
import type { GovernmentTopic } from '../contract.ts';
import type { WireContent } from '../wire.ts';

export function contentOf(topic: GovernmentTopic, idNo: string, draw: Draw, today: Temporal.PlainDate): WireContent {
  switch (topic) {
    case 'social_security':
      return socialSecurity(draw, today);
    case 'tax':
      return tax(draw);
    case 'real_estate':
      return realEstate(idNo, draw, today);
    case 'civil_status':
      return civilStatus(draw, today);
  }
}

const yuan = (whole: number): string => `${whole}.00`;

function socialSecurity(draw: Draw, today: Temporal.PlainDate): WireContent {
  if (!draw.chance(0.85)) return { topic: 'social_security', found: null };
  const isEmployed = draw.chance(0.28);
  const behind = draw.chance(0.9) ? 1 : draw.int(2, 18);
  return {
    topic: 'social_security',
    found: {
      insured: behind < 6,
      employer: isEmployed ? draw.pick(['灌云县兴达纺织有限公司', '灌云县第二建筑公司', '连云港港口集团']) : null,
      months_paid: draw.int(3, 240),
      paid_through: today.toPlainYearMonth().subtract({ months: behind }).toString(),
      base: isEmployed ? yuan(draw.int(4_250, 12_000)) : null,
    },
  };
}

function tax(draw: Draw): WireContent {
  if (!draw.chance(0.18)) return { topic: 'tax', found: null };
  const income = draw.int(20_000, 900_000);
  return {
    topic: 'tax',
    found: {
      registered: true,
      taxpayer_name: draw.chance(0.6) ? draw.pick(['灌云县兴旺粮油经营部', '灌云县同兴农资店', '灌云县阿庆小吃店']) : null,
      grade: draw.pick(['A', 'B', 'B', 'M', 'M', 'C']),
      declared_income: yuan(income),
      paid_12m: yuan(Math.round(income * 0.02)),
      arrears: yuan(draw.chance(0.03) ? draw.int(500, 20_000) : 0),
    },
  };
}

function realEstate(idNo: string, draw: Draw, today: Temporal.PlainDate): WireContent {
  if (!draw.chance(0.7)) return { topic: 'real_estate', found: null };
  const properties = Array.from({ length: draw.chance(0.25) ? 2 : 1 }, (_, index) => ({
    certificate_no: `苏(${draw.int(2016, today.year)})灌云县不动产权第${idNo.slice(-5, -1)}${draw.int(100, 999)}号`,
    use: index === 0 ? ('homestead' as const) : ('residential' as const),
    area_m2: `${draw.int(80, 240)}.${draw.int(10, 99)}`,
    share: draw.pick(['sole', 'joint']),
    mortgaged: index > 0 && draw.chance(0.6),
    sealed: draw.chance(0.01),
    registered_on: today.subtract({ days: draw.int(100, 4_000) }).toString(),
  }));
  return { topic: 'real_estate', found: { properties } };
}

function civilStatus(draw: Draw, today: Temporal.PlainDate): WireContent {
  const marriage = draw.pick(['married', 'married', 'married', 'married', 'unmarried', 'divorced', 'widowed']);
  return {
    topic: 'civil_status',
    found: {
      marriage,
      spouse_name: marriage === 'married' ? draw.pick(['王**', '李*', '张**', '陈*']) : null,
      since: marriage === 'unmarried' ? null : today.subtract({ days: draw.int(200, 12_000) }).toString(),
      alive: true,
    },
  };
}
