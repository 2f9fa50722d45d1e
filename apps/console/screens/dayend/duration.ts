/** Time between two instants: `0.01 s`, `42 s`, `12 min 05 s`; null while there is no end. */
export function took(from: string, to: string | null): string | null {
  if (to === null) return null;
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
