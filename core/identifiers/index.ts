export type { Refusal } from './refusal.ts';
export { maskResidentId, parseResidentId, residentIdCheckCharacter } from './resident-id.ts';
export type { ResidentId, ResidentIdRefusalCode, Sex } from './resident-id.ts';
export { organisationCheckCharacter, parseUscc, usccCheckCharacter } from './uscc.ts';
export type { Uscc, UsccRefusalCode } from './uscc.ts';
export { maskPhone, parsePhone } from './phone.ts';
export type { Phone, PhoneRefusalCode } from './phone.ts';
export { divisionAt, divisionLevel, parentDivision } from './division.ts';
export type { DivisionLevel } from './division.ts';
