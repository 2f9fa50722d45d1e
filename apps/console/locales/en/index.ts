import { absences } from './absences.ts';
import { cases } from './cases.ts';
import { channels } from './channels.ts';
import { processes } from './processes.ts';
import { work } from './work.ts';
import { ask } from './ask.ts';
import { amend } from './amend.ts';
import type { zh } from '../zh/index.ts';
import { audit } from './audit.ts';
import { calculator } from './calculator.ts';
import { changes } from './changes.ts';
import { chart } from './chart.ts';
import { codes } from './codes.ts';
import { credit } from './credit.ts';
import { dayend } from './dayend.ts';
import { decide } from './decide.ts';
import { decision } from './decision.ts';
import { evaluation } from './evaluation.ts';
import { granting } from './granting.ts';
import { visits } from './visits.ts';
import { facility } from './facility.ts';
import { graph } from './graph.ts';
import { grid } from './grid.ts';
import { household } from './household.ts';
import { households } from './households.ts';
import { identity } from './identity.ts';
import { indicators } from './indicators.ts';
import { inquiries } from './inquiries.ts';
import { ledger } from './ledger.ts';
import { list } from './list.ts';
import { loads } from './loads.ts';
import { lpr } from './lpr.ts';
import { person } from './person.ts';
import { persons } from './persons.ts';
import { plan } from './plan.ts';
import { products } from './products.ts';
import { progress } from './progress.ts';
import { quarantine } from './quarantine.ts';
import { recon } from './recon.ts';
import { reveal } from './reveal.ts';
import { shell } from './shell.ts';
import { signin } from './signin.ts';
import { sources } from './sources.ts';
import { states } from './states.ts';
import { strategies } from './strategies.ts';
import { terms } from './terms.ts';
import { timeline } from './timeline.ts';
import { unit } from './unit.ts';
import { views } from './views.ts';
import { village } from './village.ts';
import { whitelist } from './whitelist.ts';
import { workbench } from './workbench.ts';

export const en: typeof zh = {
  work,
  processes,
  channels,
  cases,
  absences,
  amend,
  ask,
  audit,
  calculator,
  changes,
  chart,
  codes,
  credit,
  dayend,
  decide,
  decision,
  evaluation,
  granting,
  visits,
  facility,
  graph,
  grid,
  household,
  households,
  identity,
  indicators,
  inquiries,
  ledger,
  list,
  loads,
  lpr,
  person,
  persons,
  plan,
  products,
  progress,
  quarantine,
  recon,
  reveal,
  shell,
  signin,
  sources,
  states,
  strategies,
  terms,
  timeline,
  unit,
  views,
  village,
  whitelist,
  workbench,
};
