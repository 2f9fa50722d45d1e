/** Completed years on a day; null when the birth date is unknown. */
export function ageOn(day: string, birthDate: string | null): number | null {
  if (birthDate === null) return null;
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/** The first birth date of someone who is at most `age` years old on `day`: born after the same day `age + 1` years before. */
export function bornAfter(day: string, age: number): string {
  return yearsBefore(day, age + 1);
}

/** The last birth date of someone who is at least `age` years old on `day`. */
export function bornBy(day: string, age: number): string {
  return yearsBefore(day, age);
}

function yearsBefore(day: string, years: number): string {
  return Temporal.PlainDate.from(day).subtract({ years }).toString();
}
