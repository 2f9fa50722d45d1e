export { dayCounts, dayIndex, daysBetween, periodDays, yearBasis } from './day-count.ts';
export type { DayCount } from './day-count.ts';
export { monthly, wholeMonths } from './monthly.ts';
export { holidayNotice, workingDaysOf } from './notice.ts';
export type { HolidayNotice } from './notice.ts';
export { isWorkingDay, rollDate, rolls } from './working-days.ts';
export type { Roll, WorkingDays } from './working-days.ts';
export { addWorkingSeconds, workingSecondsBetween } from './working-hours.ts';
export type { WorkingHours } from './working-hours.ts';
